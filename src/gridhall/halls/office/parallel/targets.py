"""What the columns of a file may become, in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gridhall.cis.billing.wording import KINDS
from gridhall.codecs.legacy_bills import KINDS as LINE_KINDS
from gridhall.halls import charts, formats

TIMED = ("sharp", "peak", "flat", "valley", "deep")


def kind_name(kind: str) -> str:
    """A kind of line."""
    own = {
        "component": _("Part of the price"),
        "other": _("Other charge"),
        "feed_in": _("Feed-in"),
        "rest": _("Everything else"),
    }
    return own.get(kind) or formats.words(KINDS[kind])


def line_name(kind: str, period: str, tier: int, component: str = "") -> str:
    """A line with its period and tier."""
    parts = [component or kind_name(kind)]
    parts += [charts.period_name(period)] if period else []
    parts += [_("tier %(tier)s") % {"tier": tier}] if tier else []
    return " ".join(parts) if formats.chinese() else ", ".join(parts)


def target_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of targets with their words, as a select shows them."""
    head = [
        ("account", _("Account number")), ("month", _("Month")), ("from", _("First day")), ("to", _("Last day")),
        ("bill", _("Bill number")), ("amount", _("Amount of the bill")), ("energy", _("Energy of the bill")),
        ("multiplier", _("Meter multiplier")), ("last_read", _("Last reading")), ("this_read", _("This reading")),
        ("loss", _("Losses in the energy")), ("deducted", _("Sub-meter energy taken off")), ("tariff", _("Price code")),
    ]  # fmt: skip
    rows = [
        ("name", _("Name of the line")), ("period", _("Period of the line")), ("tier", _("Tier of the line")),
        ("quantity", _("Quantity of the line")), ("price", _("Price of the line")),
        ("line_amount", _("Amount of the line")),
    ]  # fmt: skip
    energy = [(f"quantity/energy/{p}", _("Energy, %(of)s") % {"of": charts.period_name(p)}) for p in TIMED]
    energy += [(f"quantity/energy//{n}", _("Energy, tier %(tier)s") % {"tier": n}) for n in range(1, 5)]
    charges = [(f"amount/{kind}", _("Amount: %(of)s") % {"of": kind_name(kind)}) for kind in LINE_KINDS]
    charges += [(f"amount/energy/{p}", _amount("energy", p, 0)) for p in TIMED]
    charges += [(f"amount/energy//{n}", _amount("energy", "", n)) for n in range(1, 5)]
    prices = [(f"price/energy/{p}", _("Price: %(of)s") % {"of": line_name("energy", p, 0)}) for p in TIMED]
    prices += [
        (f"price/{kind}", _("Price: %(of)s") % {"of": kind_name(kind)}) for kind in ("energy", "capacity", "demand")
    ]
    return [
        (_("The bill"), head), (_("One row a line"), rows), (_("Energy in columns"), energy),
        (_("Charges in columns"), charges), (_("Prices in columns"), prices),
    ]  # fmt: skip


def _amount(kind: str, period: str, tier: int) -> str:
    return _("Amount: %(of)s") % {"of": line_name(kind, period, tier)}


def named(target: str) -> str:
    """A target in words."""
    return next((word for _group, choices in target_choices() for name, word in choices if name == target), target)


def kind_choices() -> list[tuple[str, str]]:
    """What a line name may mean."""
    return [(kind, kind_name(kind)) for kind in LINE_KINDS] + [("total", _("Total of the bill"))]
