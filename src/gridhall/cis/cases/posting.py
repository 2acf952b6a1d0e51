"""Posting a case, and taking it back: bills of its own kind, entries, settlement. Nothing is ever edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from django.utils.translation import gettext as _

from gridhall.cis.billing import figures
from gridhall.cis.billing.actions.corrections import take_penalties_back
from gridhall.cis.billing.calculate import content_sha256
from gridhall.cis.billing.models import Bill
from gridhall.cis.billing.write import bill_number
from gridhall.cis.cases.effects import Effect, effects
from gridhall.cis.cases.models import Case, CaseBill
from gridhall.cis.cases.terms import Calculation, calculation_of
from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.posting import Side, post
from gridhall.cis.ledger.queries import prepaid_fen
from gridhall.cis.ledger.settlement import settle_many
from gridhall.cis.network.models import ServicePointTerms
from gridhall.platform.actions import Act
from gridhall.platform.errors import Refused
from gridhall.platform.ids import allocate_ids
from gridhall.platform.scope import EVERYTHING
from gridhall.readings.catalog import current_snapshot

NO_INPUTS = "[]"
NO_LINES = np.zeros((0, 5), np.int64)


def post_case(act: Act, case: Case, accounts: list[Account], on: date) -> None:
    """Write what ``effects`` says, then settle. ``accounts`` are locked; the first is the case's."""
    calculation = calculation_of(case.calculation)
    assert calculation is not None
    for effect in effects(case, calculation):
        _require_credit(effect.sides)
        bill = _bill(act, case, calculation, effect, on) if effect.bill_kind else None
        _enter(act, case, bill, effect.kind, effect.account_id, effect.sides, on)
    _settle(act, accounts, on)


def take_back(act: Act, case: Case, accounts: list[Account], on: date) -> None:
    """Reverse every entry of a posted case; what was paid on it comes back as a prepayment."""
    calculation = calculation_of(case.calculation)
    assert calculation is not None
    bills = [row.bill for row in case.case_bills.select_related("bill").order_by("pk")]
    for effect in reversed(effects(case, calculation)):
        sides = [replace(side, amount_fen=-side.amount_fen) for side in effect.sides]
        _require_credit(sides)
        original = next((bill for bill in bills if bill.kind == effect.bill_kind), None)
        reversal = _reversal(act, original) if original else None
        _enter(act, case, reversal, f"{effect.kind}-reversal", effect.account_id, sides, on)
    figures.refresh(sorted({bill.month for bill in bills}))
    _settle(act, accounts, on)


def _require_credit(sides: list[Side]) -> None:
    """A prepayment never goes below zero: nothing leaves an account that is not on it."""
    for side in sides:
        leaves = side.amount_fen if side.ledger_account == chart.PREPAYMENT else 0
        if leaves > 0 and side.account_id is not None and prepaid_fen(side.account_id) < leaves:
            raise Refused(_("There is not enough credit on the account."))


def _enter(
    act: Act, case: Case, bill: Bill | None, kind: str, account_id: int, sides: list[Side], on: date
) -> None:  # fmt: skip
    owner = (bill.reverses_id or bill.pk) if bill else None
    named = [replace(side, bill_id=owner) if side.ledger_account == chart.RECEIVABLE else side for side in sides]
    ref = f"bill:{bill.number}" if bill else f"{kind}:{case.number}"
    post(ref, kind, named, path=case.path, effective_on=on, recorded_at=act.at, account_id=account_id)


def _settle(act: Act, accounts: list[Account], on: date) -> None:
    settle_many({account.pk: account.path for account in accounts}, on, act.at)


def _bill(act: Act, case: Case, calculation: Calculation, effect: Effect, on: date) -> Bill:
    first = calculation.first or on
    end = calculation.end or on + timedelta(days=1)
    last = end - timedelta(days=1)
    bill_id, month = allocate_ids(Bill, 1), last.year * 100 + last.month
    bill = Bill.objects.create(
        pk=bill_id, number=bill_number(month, bill_id), account_id=case.account_id, path=case.path, month=month,
        period_from=first, period_to=end, kind=effect.bill_kind, state=Bill.State.RELEASED, released_at=act.at,
        use_class=_use_class(case.account_id, last), snapshot=current_snapshot(), energy_wh=effect.energy_wh,
        total_fen=effect.total_fen, funds_fen=effect.funds_fen, vat_fen=effect.vat_fen, due_on=case.due_on,
        late_penalty=effect.late_penalty, inputs=NO_INPUTS, content_sha256=content_sha256(NO_INPUTS, NO_LINES),
    )  # fmt: skip
    CaseBill.objects.create(case=case, bill=bill)
    figures.refresh([month])
    return bill


def _reversal(act: Act, original: Bill) -> Bill:
    take_penalties_back(original, act)
    bill_id = allocate_ids(Bill, 1)
    reversal = Bill.objects.create(
        pk=bill_id, number=bill_number(original.month, bill_id), account_id=original.account_id, path=original.path,
        month=original.month, period_from=original.period_from, period_to=original.period_to, kind=Bill.Kind.REVERSAL,
        reverses=original, state=Bill.State.RELEASED, released_at=act.at, use_class=original.use_class,
        snapshot=original.snapshot, energy_wh=-original.energy_wh, total_fen=-original.total_fen,
        funds_fen=-original.funds_fen, vat_fen=-original.vat_fen, due_on=original.due_on,
        late_penalty=original.late_penalty, inputs=NO_INPUTS, content_sha256=original.content_sha256,
    )  # fmt: skip
    Bill.objects.within(EVERYTHING).filter(pk=original.pk).update(state=Bill.State.REVERSED)
    return reversal


def _use_class(account_id: int, on: date) -> str:
    agreement = Agreement.objects.on(on).filter(account_id=account_id, direction=Agreement.Direction.IMPORT).first()
    terms = agreement and ServicePointTerms.objects.on(on).filter(service_point_id=agreement.service_point_id).first()
    return terms.use_class if terms else ""
