"""What posting a case would do to the books: shown to the second person first, and then done exactly so."""

from __future__ import annotations

from dataclasses import dataclass

from gridhall.cis.billing.models import Bill
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.terms import Calculation
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.posting import Side
from gridhall.cis.ledger.queries import owed_fen, prepaid_fen


@dataclass(frozen=True)
class Effect:
    """One entry to be. With ``bill_kind`` it is a debt or credit of its own, which its receivable line names."""

    kind: str
    account_id: int
    total_fen: int
    sides: list[Side]
    bill_kind: str = ""
    vat_fen: int = 0
    funds_fen: int = 0
    energy_wh: int = 0
    late_penalty: bool = True


def effects(case: Case, calculation: Calculation) -> list[Effect]:
    """The entries of a case, in the order in which they are posted."""
    if case.kind == Case.Kind.ADJUSTMENT:
        return [_adjustment(case, calculation)]
    if case.kind in (Case.Kind.REFUND, Case.Kind.TRANSFER):
        return _moved(case, calculation.recovered_fen)
    found = []
    if calculation.recovered_fen:
        found.append(_recovered(case, calculation))
    if calculation.charge_fen:
        fen = calculation.charge_fen
        sides = [Side(chart.RECEIVABLE, fen, case.account_id), Side(chart.BREACH_INCOME, -fen)]
        late = calculation.late_penalty_on_charge
        kind = Bill.Kind.BREACH.value
        found.append(Effect("breach-charge", case.account_id, fen, sides, kind, late_penalty=late))
    return found


def _recovered(case: Case, calculation: Calculation) -> Effect:
    total, vat, funds = calculation.recovered_fen, calculation.vat_fen, calculation.funds_fen
    sides = [
        Side(chart.RECEIVABLE, total, case.account_id),
        Side(chart.ENERGY_REVENUE, vat + funds - total),
        Side(chart.FUNDS_PAYABLE, -funds),
        Side(chart.VAT_PAYABLE, -vat),
    ]
    kind, energy_wh = Bill.Kind.BACK.value, calculation.energy_wh
    return Effect("back-bill", case.account_id, total, sides, kind, vat, funds, energy_wh)


def _adjustment(case: Case, calculation: Calculation) -> Effect:
    total, vat = calculation.recovered_fen, calculation.vat_fen
    books = calculation.steps[0].facts["books"]
    sides = [
        Side(chart.RECEIVABLE, total, case.account_id), Side(books, vat - total), Side(chart.VAT_PAYABLE, -vat),
    ]  # fmt: skip
    return Effect("adjustment", case.account_id, total, sides, Bill.Kind.ADJUST.value, vat)


def _moved(case: Case, fen: int) -> list[Effect]:
    """Credit that leaves an account; a transfer is an entry on each, so that both statements show it."""
    out = [Side(chart.PREPAYMENT, fen, case.account_id), Side(chart.REFUNDS_PAYABLE, -fen)]
    if case.kind == Case.Kind.REFUND:
        return [Effect("refund", case.account_id, fen, out)]
    assert case.other_account_id is not None
    into = [Side(chart.REFUNDS_PAYABLE, fen), Side(chart.PREPAYMENT, -fen, case.other_account_id)]
    return [
        Effect("credit-transfer", case.account_id, fen, out),
        Effect("credit-received", case.other_account_id, fen, into),
    ]


@dataclass(frozen=True)
class Forecast:
    """How the account stands before and after: what it owes, and what is on it for the next bills."""

    owed_before_fen: int
    prepaid_before_fen: int
    owed_after_fen: int
    prepaid_after_fen: int


def forecast(account_id: int, found: list[Effect]) -> Forecast:
    """Posting, and then settling, as it will be done."""
    owed, prepaid = owed_fen(account_id), prepaid_fen(account_id)
    lines = [side for effect in found for side in effect.sides if side.account_id == account_id]
    debt = owed + sum(side.amount_fen for side in lines if side.ledger_account == chart.RECEIVABLE)
    credit = prepaid - sum(side.amount_fen for side in lines if side.ledger_account == chart.PREPAYMENT)
    net = debt - credit
    return Forecast(owed, prepaid, max(0, net), max(0, -net))
