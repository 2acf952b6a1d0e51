"""What a case of a kind needs beside its amounts: accounts, payments, evidence, and days that no other case has."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gridhall.cis.cases.calculate import BREACHES
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.terms import Calculation, calculation_of, terms_of
from gridhall.cis.ledger.queries import prepaid_fen
from gridhall.cis.payments.actions.taking_back import left_fen
from gridhall.cis.payments.models import Payment
from gridhall.platform.errors import Refused
from gridhall.platform.scope import EVERYTHING

RERATING = (Case.Kind.WRONG_CLASS, Case.Kind.THEFT, Case.Kind.BACK_BILL)
LIVE = (Case.State.CALCULATED, Case.State.CONFIRMED, Case.State.POSTED)


def require_possible(case: Case, calculation: Calculation) -> None:
    """Refused, with the remedy, where the books or another case stand in the way."""
    if case.kind in RERATING:
        _require_days_free(case, calculation)
    if case.kind == Case.Kind.TRANSFER:
        _require_other_account(case)
    if case.kind == Case.Kind.REFUND:
        _require_refundable(case, calculation.recovered_fen)
    leaves = calculation.recovered_fen if case.kind in (Case.Kind.REFUND, Case.Kind.TRANSFER) else 0
    if leaves and prepaid_fen(case.account_id) < leaves:
        raise Refused(_("There is not enough credit on the account."))


def require_evidence(case: Case) -> None:
    """A claim against a customer rests on evidence; money that moves has a reason."""
    if case.kind in BREACHES and not (case.evidence.strip() and case.found_by.strip()):
        raise Refused(_("Say who found it and name the evidence before it is confirmed."))
    if case.kind not in BREACHES and not case.note.strip():
        raise Refused(_("Give the reason; the customer will read it."))


def _require_days_free(case: Case, calculation: Calculation) -> None:
    """Each case is rated on the bills alone, so two of them on the same days would not see each other."""
    rows = Case.objects.within(EVERYTHING).filter(account_id=case.account_id, state=Case.State.POSTED)
    for other in rows.filter(kind__in=RERATING).exclude(pk=case.pk):
        theirs = calculation_of(other.calculation)
        assert theirs is not None and theirs.first and theirs.end and calculation.first and calculation.end
        if theirs.first < calculation.end and theirs.end > calculation.first:
            raise Refused(_("Case %(number)s has these days already; withdraw it first.") % {"number": other.number})


def _require_other_account(case: Case) -> None:
    if case.other_account_id is None or case.other_account_id == case.account_id:
        raise Refused(_("Name another account that receives the credit."))


def _require_refundable(case: Case, fen: int) -> None:
    """At most what the payment brought and was not paid back yet; cash goes back by bank transfer."""
    terms = terms_of(case.terms)
    if not terms.to_origin and not terms.payee.strip():
        raise Refused(_("Say to which bank account it is paid."))
    if not terms.to_origin and not terms.payment:
        return
    paid = Payment.objects.within(EVERYTHING).filter(pk=terms.payment, account_id=case.account_id)
    payment = paid.filter(state__in=Payment.STANDING, amount_fen__gt=0).first()
    if payment is None:
        raise Refused(_("Choose the payment that is paid back."))
    if terms.to_origin and payment.method == Payment.Method.CASH:
        raise Refused(_("Cash is paid back by bank transfer; name the bank account."))
    rows = Case.objects.within(EVERYTHING).filter(account_id=case.account_id, kind=Case.Kind.REFUND, state__in=LIVE)
    others = [row for row in rows.exclude(pk=case.pk) if terms_of(row.terms).payment == payment.pk]
    if fen + sum(row.recovered_fen for row in others) > left_fen(payment):
        raise Refused(_("That is more than this payment brought."))
