"""Direct debit as every hall shows it: the mandate in force, what became of the debits, signing and ending."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridhall.cis.channels import mandates
from gridhall.cis.channels.actions import end_mandate, sign_mandate
from gridhall.cis.channels.models import Link, Mandate
from gridhall.cis.customers.models import Account
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.page import PageRequest
from gridhall.platform import policy
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope
from gridhall.platform.tags import Tag

HISTORY = 24
NUMBER = RegexValidator(
    r"^[0-9A-Z]{8,34}$", _("Write the account at the bank without blanks: 8 to 34 digits or letters.")
)


class OwnMandateForm(KeyedForm):
    """What a customer says: the bank and the own account there. The holder is the customer."""

    bank = forms.ChoiceField(label=_("Bank"))
    bank_account = forms.CharField(
        label=_("Account at the bank"), max_length=40,
        help_text=_("Afterwards only its last four digits are shown."),
    )  # fmt: skip

    def __init__(self, banks: list[Link], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._banks = {str(link.public_id): link for link in banks}
        self.fields["bank"].choices = [(key, link.name) for key, link in self._banks.items()]

    def clean_bank_account(self) -> str:
        """As banks write it in messages: no blanks, capitals."""
        number = "".join(str(self.cleaned_data["bank_account"]).split()).upper()
        NUMBER(number)
        return number

    def terms(self, account: Account) -> dict[str, Any]:
        """The arguments of signing; the number of the mandate is of this form, so that pressing twice is once."""
        return {
            "reference": f"{account.number}-{self.cleaned_data['key'].hex[-8:]}", "holder": account.customer.name[:70],
            "signed_on": timezone.localdate(),
        }  # fmt: skip

    @property
    def chosen(self) -> Link:
        return self._banks[self.cleaned_data["bank"]]


class MandateForm(OwnMandateForm):
    """What the paper says that the customer signed at the counter."""

    holder = forms.CharField(label=_("Holder of the account"), max_length=70)
    reference = forms.CharField(label=_("Number of the mandate"), max_length=35)
    signed_on = forms.DateField(label=_("Signed on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def terms(self, account: Account) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("reference", "holder", "signed_on")}


def shown(scope: Scope, account: Account) -> dict[str, Any]:
    """What the part of a page needs."""
    rows = mandates.of_account(scope, account.pk)
    return {
        "mandate": next((row for row in rows if row.ended_on is None), None),
        "ended": [row for row in rows if row.ended_on is not None],
        "debits": list(mandates.debits(scope, account.pk)[:HISTORY]),
    }


def answer(
    request: PageRequest, account: Account, form_type: type[OwnMandateForm], initial: dict[str, Any] | None = None
) -> tuple[dict[str, Any], str, int]:
    """The context, what was done (signed or ended, or nothing yet) and the status; ``do`` says which form was sent."""
    do = request.POST.get("do", "") if request.method == "POST" else ""
    rows, banks = mandates.of_account(request.actor.scope, account.pk), mandates.banks_for(account)
    form = form_type(banks, request.POST if do == "sign" else None, initial=initial)
    ending, status, done = KeyedForm(request.POST if do == "end" else None), 200, ""
    if do == "sign" and form.is_valid():
        terms = form.terms(account)
        made, status = attempt(form, lambda: _sign(request, account, form, terms))
        done = "signed" if made is not None else ""
    elif do == "end" and ending.is_valid():
        made, status = attempt(ending, lambda: _end(request, rows, str(ending.cleaned_data["key"])))
        done = "ended" if made is not None else ""
    context = {
        **shown(request.actor.scope, account), "account": account, "banks": banks, "form": form, "ending": ending,
        "may_sign": policy.may(request.actor, Tag.MANDATE_SIGN), "may_end": policy.may(request.actor, Tag.MANDATE_END),
    }  # fmt: skip
    return context, done, status


def _sign(request: PageRequest, account: Account, form: OwnMandateForm, terms: dict[str, Any]) -> Mandate:
    data = form.cleaned_data
    mandate: Mandate = sign_mandate(
        request.actor, form.chosen.pk, account.pk, bank_account=data["bank_account"], key=str(data["key"]), **terms
    )
    return mandate


def _end(request: PageRequest, rows: list[Mandate], key: str) -> Mandate:
    if not rows:
        raise NotInScope()
    held = next((row for row in rows if row.ended_on is None), rows[0])  # pressed twice, it has ended already
    ended: Mandate = end_mandate(request.actor, held.pk, key=key)
    return ended
