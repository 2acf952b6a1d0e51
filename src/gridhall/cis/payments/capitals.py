"""Amounts in Chinese capitals, as receipts carry them so that no digit can be added.

Source: 支付结算办法 (PBoC 1997), annex 1: 零 stands once for a run of zeros, 整 closes an amount without fen.
"""

DIGITS = "零壹贰叁肆伍陆柒捌玖"
STEPS = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")


def capitals(fen: int) -> str:
    """131560 → 壹仟叁佰壹拾伍元陆角整. At most 12 digits of yuan."""
    yuan, jiao, rest = abs(fen) // 100, abs(fen) // 10 % 10, abs(fen) % 10
    text = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif yuan and rest:
        text += "零"
    text += f"{DIGITS[rest]}分" if rest else "整"
    return ("负" if fen < 0 else "") + (text if fen else "零元整")


def _whole(yuan: int) -> str:
    text, skipped = "", False
    digits = str(yuan)
    for place, digit in enumerate(map(int, digits)):
        left = len(digits) - 1 - place
        if digit:
            text += ("零" if skipped else "") + DIGITS[digit] + STEPS[left % 4]
            skipped = False
        else:
            skipped = True
        if left % 4 == 0 and left and any(digit != "0" for digit in digits[max(0, place - 3) : place + 1]):
            text += GROUPS[left // 4]
    return text
