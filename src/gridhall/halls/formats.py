"""Numbers, money and dates as the reader sees them. Nothing is computed here."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language

from gridhall.platform.documents.schema import Words

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUS = "\u2212"


def chinese() -> bool:
    return (get_language() or "").startswith("zh")


def scaled(value: int, decimals: int, least: int | None = None) -> str:
    """``value`` / 10^decimals with grouped thousands; trailing zeros are cut down to ``least`` digits."""
    whole, part = divmod(abs(value), 10**decimals)
    digits = f"{part:0{decimals}d}" if decimals else ""
    if least is not None:
        digits = digits[:least] + digits[least:].rstrip("0")
    sign = MINUS if value < 0 else ""
    return f"{sign}{whole:,}" + (f".{digits}" if digits else "")


def words(text: Words) -> str:
    """The one of both languages that the reader chose."""
    return text.zh if chinese() else text.en


def yuan(fen: int) -> str:
    """131560 → ¥1,315.60; the sign of currency follows the minus."""
    text = scaled(fen, 2)
    return f"{MINUS}¥{text[1:]}" if fen < 0 else f"¥{text}"


def kwh(wh: int) -> str:
    """231450 → 231.45: every digit that was measured, no more."""
    return scaled(wh, 3, least=0)


def price(price_e8: int) -> str:
    """56880000 → 0.5688: yuan per unit with at least four digits."""
    return scaled(price_e8, 8, least=4)


def demand(kw_e6: int) -> str:
    """1250500000 → 1,250.5: kW or kVA."""
    return scaled(kw_e6, 6, least=0)


def percent(part: int, whole: int) -> str:
    """A share with one digit, half up: 231, 1000 → 23.1. Of nothing there is no share: –."""
    if not whole:
        return "–"
    per_mille = (2 * abs(part) * 1000 + abs(whole)) // (2 * abs(whole))
    return (MINUS if (part < 0) != (whole < 0) and per_mille else "") + scaled(per_mille, 1)


def day(value: date) -> str:
    """2026年11月21日 or 21 Nov 2026; a moment is shown by its local day."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    if chinese():
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """11月21日 or 21 Nov."""
    return f"{value.month}月{value.day}日" if chinese() else f"{value.day} {MONTHS[value.month - 1]}"


def month(yyyymm: int) -> str:
    """202611 → 2026年11月 or Nov 2026."""
    year, number = divmod(yyyymm, 100)
    return f"{year}年{number}月" if chinese() else f"{MONTHS[number - 1]} {year}"


def moment(value: datetime) -> str:
    """The day and the local time to the minute."""
    local = timezone.localtime(value)
    return f"{day(local.date())} {local:%H:%M}"


def period(first: date, end: date) -> str:
    """A period of days ``[first, end)``, shown by its last day."""
    return f"{day(first)} – {day(end - timedelta(days=1))}"
