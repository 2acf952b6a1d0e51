"""The kinds of movement on an account, in words."""

from gridhall.platform.documents.schema import Words

KINDS = {
    "bill": Words("电费发行", "Bill"),
    "bill-reversal": Words("电费冲正", "Bill reversed"),
    "payment": Words("缴费", "Payment"),
    "payment-reversal": Words("缴费冲正", "Payment reversed"),
    "penalty": Words("违约金", "Late penalty"),
    "penalty-reversal": Words("违约金冲正", "Late penalty reversed"),
    "settlement": Words("销账", "Settlement"),
    "settlement-undone": Words("销账撤销", "Settlement undone"),
    "shift-difference": Words("班次长短款", "Till difference"),
}


def movement_words(kind: str) -> Words:
    """What to call a movement; an unknown kind stands as the books name it."""
    return KINDS.get(kind, Words(kind, kind))
