"""Why two bills differ, as a sentence with its figures; and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gridhall.cis.billing.wording import exception_words
from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.parallel.models import Cause, Comparison
from gridhall.cis.tariffs.models import Tariff
from gridhall.halls import formats
from gridhall.halls.office.parallel.targets import line_name
from gridhall.platform.scope import Scope

Part = dict[str, Any]


def sentence(part: Part) -> str:
    """One part of a difference, with the figures of both sides."""
    if part.get("follows"):
        return _("The power-factor adjustment follows from that.")
    return _WORDS[Cause(part["cause"])](part)


def _kwh(part: Part, name: str) -> str:
    return formats.kwh(part[name])


def _unreadable(part: Part) -> str:
    return _("Row %(row)s of the file could not be read, so the bill is not whole.") % part


def _missing_here(part: Part) -> str:
    if part["why"] == "no_account":
        return _("Row %(row)s of the file bills an account that this unit does not have.") % part
    if part["why"] == "not_supplied":
        return _("The account is not supplied here in this month.")
    return _("The account cannot be billed here: %(why)s.") % {"why": formats.words(exception_words(part["why"]))}


def _missing_there(_part: Part) -> str:
    return _("The account is billed here, the file has no bill for it.")


def _repeated(part: Part) -> str:
    if "row" in part:
        return _("Row %(row)s of the file repeats row %(first_row)s figure for figure.") % part
    what = line_name(part["kind"], part["period"], part["tier"])
    return _("The line %(line)s stands twice in the other bill.") % {"line": what}


def _sign(part: Part) -> str:
    if "row" in part:
        return _("The file holds a reversal (row %(row)s) that takes nothing back here.") % part
    return _("The other bill has the same amount with the other sign.")


def _period(part: Part) -> str:
    ours = formats.period(*(date.fromisoformat(part[name]) for name in ("our_from", "our_to")))
    theirs = formats.period(*(date.fromisoformat(part[name]) for name in ("their_from", "their_to")))
    text = _("The other bill is of %(theirs)s, this one of %(ours)s.") % {"theirs": theirs, "ours": ours}
    if part.get("proven") is False:
        return text + " " + _("There are no readings here of its first or last day, so the rest cannot be told apart.")
    return text


def _multiplier(part: Part) -> str:
    figures = {**part, "theirs_kwh": _kwh(part, "theirs_wh"), "ours_kwh": _kwh(part, "ours_wh")}
    return (
        _(
            "Their energy is %(theirs_kwh)s kWh, ours %(ours_kwh)s kWh: "
            "the same registers times %(theirs)s instead of %(ours)s."
        )
        % figures
    )


def _loss(part: Part) -> str:
    figures = {"loss": _kwh(part, "loss_wh"), "ours": _kwh(part, "ours_wh")}
    if part.get("ours_only"):
        return _("This system bills %(loss)s kWh of losses in its %(ours)s kWh, the other bill has none.") % figures
    return _("The other bill adds %(loss)s kWh of losses to %(ours)s kWh.") % figures


def _sub_meter(part: Part) -> str:
    figures = {"off": _kwh(part, "deducted_wh"), "ours": _kwh(part, "ours_wh")}
    if part.get("ours_only"):
        return (
            _("This system takes %(off)s kWh of sub-meters off and bills %(ours)s kWh, the other bill does not.")
            % figures
        )
    return _("The other bill takes a sub-meter's %(off)s kWh off %(ours)s kWh.") % figures


def _reading(part: Part) -> str:
    if "theirs_wh" not in part:
        return _line(part)
    text = _("Their energy is %(theirs)s kWh, ours %(ours)s kWh.") % {
        "theirs": _kwh(part, "theirs_wh"), "ours": _kwh(part, "ours_wh"),
    }  # fmt: skip
    if "last_read" in part or "this_read" in part:
        theirs = {"last": part.get("last_read", "–"), "this": part.get("this_read", "–")}
        text += " " + _("Their registers: %(last)s to %(this)s.") % theirs
    if "our_last" in part:
        ours = {
            name: formats.scaled(part[f"our_{name}"], part["decimals"], least=part["decimals"])
            for name in ("last", "this")
        }
        text += " " + _("Ours: %(last)s to %(this)s.") % ours
    return text


def _tiers(part: Part) -> str:
    if "theirs_wh" not in part:
        return _line(part)
    return _("Their tiers begin after %(theirs)s kWh already used, ours after %(ours)s kWh.") % {
        "theirs": _kwh(part, "theirs_wh"), "ours": _kwh(part, "ours_wh"),
    }  # fmt: skip


def _price(part: Part) -> str:
    text = _line(part) if "kind" in part else ""
    if part.get("theirs_e8"):
        figures = {"line": line_name(part["kind"], part["period"], part["tier"])}
        figures |= {name: formats.price(part[f"{name}_e8"]) for name in ("theirs", "ours")}
        text = _("%(line)s: their price is %(theirs)s, ours %(ours)s.") % figures
        if part.get("worked_out"):
            text += " " + _("Theirs is worked out of its amount.")
    return " ".join(filter(None, (text, _matching(part))))


def _matching(part: Part) -> str:
    if "matches" not in part:
        return ""
    if not part["matches"]:
        return _("No published version has this price.")
    named = [
        f"{one['zh' if formats.chinese() else 'en']} ({formats.day(date.fromisoformat(one['from']))})"
        for one in part["matches"]
    ]
    return _("Published with this price: %(versions)s.") % {"versions": "; ".join(named)}


def _demand(part: Part) -> str:
    ways = dict(Agreement.Charging.choices)
    if "way_number" in part:
        theirs, ours = str(ways[part["way_number"]]), str(ways[part["our_way_number"]])
        return _("The other bill charges: %(theirs)s; this one: %(ours)s.") % {"theirs": theirs, "ours": ours}
    if "way" in part:
        theirs, ours = line_name(part["way"], "", 0), line_name(part["our_way"], "", 0)
        return _("The other bill charges: %(theirs)s; this one: %(ours)s.") % {"theirs": theirs, "ours": ours}
    return _line(part)


def _power_factor(part: Part) -> str:
    if "their_standard" in part:
        theirs, ours = (f"0.{part[name]:02d}" for name in ("their_standard", "standard"))
        return _("Their power-factor standard is %(theirs)s, ours %(ours)s.") % {"theirs": theirs, "ours": ours}
    if part.get("theirs_e8") is not None and "ours_e8" in part:
        theirs, ours = (formats.scaled(part[f"{name}_e8"], 6, least=2) for name in ("theirs", "ours"))
        figures = {"theirs": theirs, "ours": ours, "standard": f"0.{part['standard']:02d}"}
        return _("Their adjustment is %(theirs)s %%, ours %(ours)s %% at the standard %(standard)s.") % figures
    return _line(part)


def _quota(part: Part) -> str:
    if "ours" in part:
        return _("The free quota is given here only.") if part["ours"] else _("The free quota is given there only.")
    if "theirs_fen" not in part:
        return _("The free quota is given here only.")
    return _("The free quota is given there only.") if "ours_fen" not in part else _line(part)


def _proration(part: Part) -> str:
    if "our_thirtieths" in part:
        return (
            _("The other bill charges %(their_thirtieths)s thirtieths of the month, this one %(our_thirtieths)s.")
            % part
        )
    return _line(part)


def _rounding(part: Part) -> str:
    if part.get("of") == "energy":
        figures = {"theirs": _kwh(part, "theirs_wh"), "ours": _kwh(part, "ours_wh")}
        return _("The other bill is in whole kWh: %(theirs)s instead of %(ours)s.") % figures
    return _("Lines are rounded differently, at most a fen each.") if "kind" not in part else _line(part)


def _unknown(part: Part) -> str:
    return _line(part) if "kind" in part else _("No single figure explains this difference.")


def _line(part: Part) -> str:
    """Both amounts, and quantities, of a line."""
    figures: dict[str, str] = {"line": line_name(part["kind"], part["period"], part["tier"])}
    for name in ("theirs", "ours"):
        figures[name] = formats.yuan(part[f"{name}_fen"]) if f"{name}_fen" in part else _("nothing")
    return _("%(line)s: theirs %(theirs)s, ours %(ours)s.") % figures


_WORDS: dict[Cause, Callable[[Part], str]] = {
    Cause.UNREADABLE: _unreadable, Cause.MISSING_HERE: _missing_here, Cause.MISSING_THERE: _missing_there,
    Cause.REPEATED: _repeated, Cause.SIGN: _sign, Cause.PERIOD: _period, Cause.MULTIPLIER: _multiplier,
    Cause.LOSS: _loss, Cause.SUB_METER: _sub_meter, Cause.READING: _reading, Cause.TIER_COUNTER: _tiers,
    Cause.UNIT_PRICE: _price, Cause.DEMAND: _demand, Cause.POWER_FACTOR: _power_factor, Cause.FREE_QUOTA: _quota,
    Cause.PRORATION: _proration, Cause.ROUNDING: _rounding, Cause.UNKNOWN: _unknown,
}  # fmt: skip


# --- what to do -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Advice:
    """What repairs it, and the page where that is done."""

    text: str
    page: str = ""
    address: str = ""


def advice(scope: Scope, one: Comparison) -> Advice:
    """What to do about the leading cause."""
    part: Part = next((p for p in one.detail.get("parts", ()) if p["cause"] == one.cause), {})
    account = Account.objects.within(scope).filter(pk=one.account_id).first() if one.account_id else None
    if one.cause == Cause.UNREADABLE:
        address = reverse("office-parallel-refused", args=[one.round.run.public_id])
        return Advice(_("Repair the refused rows and bring the file in again."), _("Refused rows as CSV"), address)
    if one.cause == Cause.MISSING_HERE and account is None:
        page = _("Customers from files"), reverse("office-customer-imports")
        return Advice(_("Take the account on, or accept it if it moved to another unit."), *page)
    if one.cause == Cause.UNIT_PRICE:
        return _tariff_advice(part)
    where = (_("The account"), reverse("office-account", args=[account.public_id])) if account else ("", "")
    if one.cause in (Cause.READING, Cause.PERIOD):
        text = _("Compare the readings with the register; import what is missing or correct what is wrong.")
        return Advice(text, *(where if account else (_("Readings"), reverse("office-imports"))))
    return Advice(_REMEDIES[Cause(one.cause)](), *where)


def _tariff_advice(part: Part) -> Advice:
    own = part.get("own", {}).get("code", "")
    tariff = Tariff.objects.filter(code=own).first()
    address = reverse("office-tariff", args=[tariff.public_id]) if tariff else reverse("office-tariffs")
    if part.get("matches"):
        text = _("Put the account on the tariff or version that has this price, or publish the right version.")
    else:
        text = _(
            "Compare the published table with the notice; "
            "publish a version with the right price, or accept it if theirs is wrong."
        )
    return Advice(text, _("The tariff"), address)


_REMEDIES: dict[Cause, Callable[[], str]] = {
    Cause.MISSING_HERE: lambda: _("Repair what stands in the way of the bill, then compare again."),
    Cause.MISSING_THERE: lambda: _("Ask for the bill in the old system, or accept it if the account is new."),
    Cause.REPEATED: lambda: _("The old system billed twice: correct it there, and accept the difference here."),
    Cause.SIGN: lambda: _("Look up the reversal in the old system; bring its correction in, or accept it."),
    Cause.MULTIPLIER: lambda: _(
        "Read the ratio off the transformers on site; correct it here, or tell the old system."
    ),
    Cause.LOSS: lambda: _("Give the point its loss terms here, or accept it where losses are not charged any more."),
    Cause.SUB_METER: lambda: _("Enter the sub-meter of the point here, or accept it where there is none."),
    Cause.TIER_COUNTER: lambda: _(
        "Bring in the earlier months of the tier year, so that the tiers go on where they stood."
    ),
    Cause.DEMAND: lambda: _("Check the way of charging and the contract demand in the agreement."),
    Cause.POWER_FACTOR: lambda: _(
        "Check the standard in the agreement; if it is right, the old system's table is not."
    ),
    Cause.FREE_QUOTA: lambda: _("Check in the agreement whether the household has the free quota."),
    Cause.PRORATION: lambda: _("Check the first and last day of the agreement and of the capacity."),
    Cause.ROUNDING: lambda: _("Nothing is wrong: accept the group with a reason."),
    Cause.UNKNOWN: lambda: _("Compare both bills line by line below; more columns in the file make the cause visible."),
}
