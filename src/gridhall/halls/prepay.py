"""The balance of a prepaying account as every hall shows it, and the form of its alarm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gridhall.cis.customers.models import Account
from gridhall.cis.prepay import queries as prepay
from gridhall.cis.prepay.models import Level, PrepayTerms
from gridhall.halls.forms import KeyedForm, YuanField
from gridhall.halls.lines import line_rows
from gridhall.platform.scope import Scope

HISTORY = 20
ALARM_FEN_MAX = 10_000_000_00


class AlarmForm(KeyedForm):
    """The customer's own alarm level and how to reach the customer."""

    alarm = YuanField(
        label=_("Warn me below, in yuan"), least_fen=0, most_fen=ALARM_FEN_MAX, required=False,
        help_text=_("Empty: the usual level for your kind of supply."),
    )  # fmt: skip
    channel = forms.ChoiceField(label=_("Tell me by"), choices=PrepayTerms.Channel.choices)


class ChannelForm(KeyedForm):
    """How a customer who begins to prepay is told."""

    channel = forms.ChoiceField(label=_("Tell the customer by"), choices=PrepayTerms.Channel.choices)


def alarm_form(terms: PrepayTerms, data: Any = None) -> AlarmForm:
    """The form with what is set now."""
    fen = terms.alarm_fen
    yuan = "" if fen is None else f"{fen // 100}.{fen % 100:02d}"
    return AlarmForm(data, initial={"alarm": yuan, "channel": terms.channel})


def shown(scope: Scope, account: Account) -> dict[str, Any]:
    """What the balance part of a page needs; ``balance`` is counted now. Empty where the account does not prepay."""
    terms = prepay.terms_of(scope, account.pk)
    if terms is None:
        return {"prepay_terms": None}
    balance = prepay.balance_of(account)
    return {
        "prepay_terms": terms,
        "balance": balance,
        "balance_level": Level(balance.level).label,
        "unbilled": [(one, line_rows(one.lines)) for one in prepay.unbilled_lines(balance)],
        "orders": list(prepay.commands_of(scope, account.pk)[:HISTORY]),
        "alarms": list(prepay.alarms_of(scope, account.pk)[:HISTORY]),
    }
