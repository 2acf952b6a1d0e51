"""One sentence for each figure: what it is, and how it moved."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gridhall.halls import formats
from gridhall.halls.manager.figures import Totals


@dataclass(frozen=True)
class Tile:
    """One figure of the cockpit: its value, its unit and the sentence below it."""

    name: str
    value: str
    finding: str


def tiles(customers: int, months: dict[int, Totals], month: int, before: int) -> list[Tile]:
    """The figures of ``month`` beside those of the month ``before``."""
    now, last = months.get(month, Totals()), months.get(before, Totals())
    when, then = formats.month(month), formats.month(before)
    price = now.average_price_e8
    billed = _("%(bills)s bills in %(month)s.") % {"bills": f"{now.bills:,}", "month": when}
    open_words = _("%(amount)s of the bills of %(month)s are still open.")
    return [
        Tile(_("Accounts"), f"{customers:,}", billed),
        Tile(_("Energy sold"), f"{energy(now.energy_wh)} MWh", change(now.energy_wh, last.energy_wh, then)),
        Tile(_("Billed"), formats.yuan(now.billed_fen), change(now.billed_fen, last.billed_fen, then)),
        Tile(
            _("Average price"),
            _("¥%(price)s per kWh") % {"price": formats.price(price)} if price is not None else "–",
            change(price or 0, last.average_price_e8 or 0, then),
        ),
        Tile(
            _("Collection rate"),
            formats.percent(now.collected_fen, now.billed_fen) + " %",
            open_words % {"amount": formats.yuan(now.open_fen), "month": when},
        ),
    ]


def change(now: int, before: int, then: str) -> str:
    """How ``now`` compares with ``before``, the value of the month ``then``."""
    if not before:
        return _("There is no figure of %(month)s to compare with.") % {"month": then}
    facts = {"share": formats.percent(abs(now - before), before), "month": then}
    if now == before:
        return _("The same as in %(month)s.") % facts
    if now > before:
        return _("%(share)s %% more than in %(month)s.") % facts
    return _("%(share)s %% less than in %(month)s.") % facts


def energy(wh: int) -> str:
    """MWh with up to three decimals."""
    return formats.scaled(wh // 1000, 3, least=0)
