"""The form of a case: of all questions, those of its kind."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.cases.actions import Facts
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.rules import correction_policy
from gridhall.cis.cases.terms import MonthEnergy, Terms
from gridhall.cis.customers import queries as customers
from gridhall.cis.customers.models import Account
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import payments_of
from gridhall.cis.tariffs.queries import tariffs
from gridhall.halls import formats
from gridhall.halls.forms import HallForm, KeyedForm, YuanField
from gridhall.halls.office.fields import DayField, ScaledField
from gridhall.kernel.calendars import PERIODS
from gridhall.kernel.money import DecimalError, parse_decimal
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope

ONE_DAY = timedelta(days=1)
PAYMENTS_OFFERED = 24
FOUND = ("found_on", "found_by", "evidence")
SPAN = ("first", "last", "start_unknown")
CONNECTED = ("kva", "amps", "volts", "phases")
MONEY = ("found_on", "evidence", "note")
Kind = Case.Kind
ASKED = {
    Kind.WRONG_CLASS: (*FOUND, *SPAN, "tariff", "note"),
    Kind.OVER_CAPACITY: (*FOUND, *SPAN, "kva", "note"),
    Kind.SUSPENDED_EQUIPMENT: (*FOUND, *SPAN, "kva", "note"),
    Kind.MOVED_EQUIPMENT: (*FOUND, "times", "note"),
    Kind.OWN_SOURCE: (*FOUND, "kva", "note"),
    Kind.THEFT: (*FOUND, *SPAN, "method", *CONNECTED, "load", "energy", "months", "note"),
    Kind.BACK_BILL: (*FOUND, "first", "last", "energy", "months", "note"),
    Kind.ADJUSTMENT: ("reason", "direction", "amount", *MONEY),
    Kind.REFUND: ("amount", "way", "payment", "payee", *MONEY),
    Kind.TRANSFER: ("amount", "other", *MONEY),
}
MONTH_LINE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\s+(.+)", re.ASCII)


class ChooseForm(HallForm):
    """Whose case, and what kind."""

    account = forms.CharField(label=gettext_lazy("Account number"), max_length=10)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of case"), choices=Case.Kind.choices)


class CaseForm(KeyedForm):
    """Everything that a case may be told; ``ASKED`` says what its kind is asked."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason by the policy"))
    direction = forms.ChoiceField(
        label=gettext_lazy("In whose favour"),
        choices=[
            ("credit", gettext_lazy("Credit to the customer")),
            ("charge", gettext_lazy("Charge to the customer")),
        ],
    )
    amount = YuanField(label=gettext_lazy("Amount in yuan"))
    way = forms.ChoiceField(
        label=gettext_lazy("Paid back"),
        choices=[("origin", gettext_lazy("The way it came")), ("bank", gettext_lazy("By bank transfer"))],
    )
    payment = forms.ChoiceField(label=gettext_lazy("Payment that is paid back"), required=False)
    payee = forms.CharField(
        label=gettext_lazy("Bank account"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Holder, bank and number; for a bank transfer only."),
    )
    other = forms.CharField(label=gettext_lazy("Account that receives it"), max_length=10)
    found_on = DayField(label=gettext_lazy("Found or asked on"))
    found_by = forms.CharField(label=gettext_lazy("Found by"), max_length=80, required=False)
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One document a line: photographs, inspection sheet, statement. Needed before it is confirmed."
        ),
    )
    first = DayField(label=gettext_lazy("First day"), required=False)
    last = DayField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty: the day it was found.")
    )
    start_unknown = forms.BooleanField(
        label=gettext_lazy("Nobody knows since when"),
        required=False,
        help_text=gettext_lazy("Then as many days count as the rules say, back from the last day."),
    )
    tariff = forms.ChoiceField(label=gettext_lazy("Tariff that should have applied"))
    method = forms.ChoiceField(
        label=gettext_lazy("How the energy is known"),
        choices=[
            ("capacity", gettext_lazy("From what was connected")),
            ("given", gettext_lazy("Measured: one amount for all days")),
            ("months", gettext_lazy("Measured: month by month")),
        ],
    )
    kva = ScaledField(label=gettext_lazy("Capacity, kVA"), decimals=6, most=1_000_000, required=False)
    amps = ScaledField(
        label=gettext_lazy("Rated current of the meter, A"),
        decimals=3,
        most=10_000,
        required=False,
        help_text=gettext_lazy("With the voltage, in place of a capacity."),
    )
    volts = forms.IntegerField(label=gettext_lazy("Voltage, V"), min_value=1, max_value=1_000, required=False)
    phases = forms.ChoiceField(label=gettext_lazy("Phases"), choices=[("1", "1"), ("3", "3")])
    load = forms.ChoiceField(
        label=gettext_lazy("Kind of load"),
        choices=[("power", gettext_lazy("Power")), ("lighting", gettext_lazy("Lighting"))],
    )
    energy = ScaledField(
        label=gettext_lazy("Energy over these days, kWh"),
        decimals=3,
        least=-10_000_000,
        most=100_000_000,
        required=False,
        help_text=gettext_lazy("Below zero where too much was billed."),
    )
    months = forms.CharField(
        label=gettext_lazy("Energy by month, kWh"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("In place of one amount, a month a line: 2026-09 120, or 2026-09 peak 80 valley 40."),
    )
    times = forms.IntegerField(label=gettext_lazy("How many times"), min_value=1, max_value=100, initial=1)
    note = forms.CharField(label=gettext_lazy("Reason, as the customer reads it"), max_length=200, required=False)

    def __init__(self, kind: str, account: Account, scope: Scope, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.scope = kind, scope
        asked = ("key", *ASKED[Case.Kind(kind)])
        self.fields = {name: self.fields[name] for name in asked}
        if kind == Kind.BACK_BILL:
            self.fields["last"].help_text = ""
        choices = {"tariff": _tariffs, "reason": _reasons, "payment": lambda: _payments(scope, account.pk)}
        for name in self.fields.keys() & choices.keys():
            self.fields[name].choices = choices[name]()

    def clean_months(self) -> tuple[MonthEnergy, ...]:
        """A line is a month and its energy; a wrong one is named with the remedy."""
        lines = [line.strip() for line in self.cleaned_data["months"].splitlines()]
        return tuple(_month(number, line) for number, line in enumerate(lines, 1) if line)

    def clean_other(self) -> int:
        """The account, where the reader may know of it."""
        try:
            return customers.account_by_number(self.scope, self.cleaned_data["other"].strip()).pk
        except NotInScope as error:
            raise forms.ValidationError(_("There is no such account here.")) from error

    def facts(self) -> Facts:
        """What was entered, as the actions take it."""
        data = self.cleaned_data
        return Facts(
            data["found_on"],
            self._terms(),
            data.get("found_by", ""),
            data.get("evidence", ""),
            data["note"].strip(),
            data.get("other"),
        )

    def _terms(self) -> Terms:
        data = self.cleaned_data
        amount = data.get("amount") or 0
        months = data.get("months") or ()
        method = data.get("method") or ("months" if months else "given" if "energy" in self.fields else "")
        return Terms(
            first=data.get("first"),
            end=data["last"] + ONE_DAY if data.get("last") else None,
            start_unknown=bool(data.get("start_unknown")),
            tariff=data.get("tariff", ""),
            method=method,
            energy_wh=data.get("energy") or 0,
            months=months,
            kva_e6=data.get("kva") or 0,
            amps_e3=data.get("amps") or 0,
            volts=data.get("volts") or 0,
            phases=int(data.get("phases") or 1),
            load=data.get("load") or "power",
            times=data.get("times") or 1,
            amount_fen=-amount if data.get("direction") == "credit" else amount,
            reason=data.get("reason", ""),
            payment=int(data.get("payment") or 0),
            to_origin=data.get("way", "origin") == "origin",
            payee=data.get("payee", "").strip(),
        )


def initial_of(case: Case, terms: Terms) -> dict[str, Any]:
    """A case as its form shows it again."""
    return {
        "found_on": case.found_on,
        "found_by": case.found_by,
        "evidence": case.evidence,
        "note": case.note,
        "first": terms.first,
        "last": terms.end - ONE_DAY if terms.end else None,
        "tariff": terms.tariff,
        "start_unknown": terms.start_unknown,
        "method": terms.method,
        "kva": _plain(terms.kva_e6, 6),
        "amps": _plain(terms.amps_e3, 3),
        "volts": terms.volts or None,
        "phases": str(terms.phases),
        "load": terms.load,
        "energy": _plain(terms.energy_wh, 3),
        "months": "\n".join(map(_said, terms.months)),
        "times": terms.times,
        "amount": _plain(abs(terms.amount_fen), 2),
        "direction": "credit" if terms.amount_fen < 0 else "charge",
        "reason": terms.reason,
        "payment": str(terms.payment or ""),
        "way": "origin" if terms.to_origin else "bank",
        "payee": terms.payee,
        "other": case.other_account.number if case.other_account else "",
    }


def _plain(value: int, decimals: int) -> str:
    return formats.scaled(value, decimals, least=0).replace(",", "").replace(formats.MINUS, "-") if value else ""


def _said(month: MonthEnergy) -> str:
    named = f"{month.month // 100}-{month.month % 100:02d}"
    if not any(month.period_wh[1:]):
        return f"{named} {_plain(month.period_wh[0], 3)}"
    parts = [f"{name} {_plain(wh, 3)}" for name, wh in zip(PERIODS, month.period_wh, strict=True) if wh]
    return " ".join([named, *parts])


def _month(number: int, line: str) -> MonthEnergy:
    found = MONTH_LINE.fullmatch(line)
    words = found[3].split() if found else []
    pairs = [("total", words[0])] if len(words) == 1 else list(zip(words[::2], words[1::2], strict=False))
    wrong = _("Line %(number)s: write a month and its kWh, such as 2026-09 120 or 2026-09 peak 80 valley 40.")
    if not found or len(words) not in (1, 2 * len(pairs)) or {name for name, _kwh in pairs} - set(PERIODS):
        raise forms.ValidationError(wrong % {"number": number})
    try:
        energy = {name: parse_decimal(kwh, 3, name) for name, kwh in pairs}
    except DecimalError as error:
        raise forms.ValidationError(wrong % {"number": number}) from error
    return MonthEnergy(month=int(found[1] + found[2]), period_wh=tuple(energy.get(name, 0) for name in PERIODS))


def _tariffs() -> list[tuple[str, str]]:
    return [(row.code, row.name_zh if formats.chinese() else row.name_en) for row in tariffs()]


def _reasons() -> list[tuple[str, str]]:
    policy = correction_policy(timezone.localdate())
    return [(one.code, one.name.zh if formats.chinese() else one.name.en) for one in policy.reasons]


def _payments(scope: Scope, account_id: int) -> list[tuple[str, str]]:
    rows = payments_of(scope, account_id).filter(amount_fen__gt=0, state__in=Payment.STANDING)[:PAYMENTS_OFFERED]
    return [("", "–"), *((str(row.pk), _said_payment(row)) for row in rows)]


def _said_payment(row: Payment) -> str:
    parts = row.receipt_number, formats.day(row.received_at), row.get_method_display(), formats.yuan(row.amount_fen)
    return " · ".join(map(str, parts))
