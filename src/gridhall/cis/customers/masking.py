"""What of a person's data is shown where no purpose was given: enough to recognise, too little to misuse."""


def mask_name(name: str) -> str:
    """王** for 王小明, L*** for each word of a name in letters; an organisation's name is public and not masked."""
    return " ".join(word[0] + "*" * min(len(word) - 1, 3) for word in name.split())


def mask_phone(phone: str) -> str:
    """138****5678: the first three and the last four digits of eleven or more, only the last two of fewer."""
    if len(phone) >= 11:
        return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:] if len(phone) > 4 else "*" * len(phone)


def mask_bank_account(number: str) -> str:
    """**** 4300: the last four characters of an account at a bank, as banks print it."""
    return f"**** {number[-4:]}" if len(number) > 7 else "****"


def mask_id(number: str) -> str:
    """3***************7: the first and the last character of an identity or card number."""
    return number[:1] + "*" * max(len(number) - 2, 0) + number[-1:] if len(number) > 4 else "*" * len(number)
