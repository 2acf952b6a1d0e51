"""What a case would come to and do to the books, before anything is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gridhall.cis.cases.actions.make import Facts, calculated, keep
from gridhall.cis.cases.effects import Effect, Forecast, effects, forecast
from gridhall.cis.cases.limits import needs_supervisor
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.terms import Calculation, calculation_of, plain
from gridhall.cis.customers.models import Account
from gridhall.cis.ledger.models import LedgerAccount


@dataclass(frozen=True)
class Preview:
    """Steps, entries to be, and how the account stands before and after."""

    calculation: Calculation
    effects: list[Effect]
    forecast: Forecast
    supervisor: bool

    @property
    def total_fen(self) -> int:
        return self.calculation.recovered_fen + self.calculation.charge_fen

    @property
    def rows(self) -> list[tuple[str, LedgerAccount, int]]:
        """(kind of entry, ledger account, signed fen) of every line that would be posted."""
        sides = [(effect.kind, side) for effect in self.effects for side in effect.sides if side.amount_fen]
        accounts = LedgerAccount.objects.in_bulk([side.ledger_account for _kind, side in sides])
        return [(kind, accounts[side.ledger_account], side.amount_fen) for kind, side in sides]


def preview(account: Account, kind: str, facts: Facts, maker: int | None, on: date) -> Preview:
    """Of facts that nobody has kept yet. Refused like the calculation itself."""
    case = Case(
        kind=kind, account=account, path=account.path, found_on=facts.found_on, terms=plain(facts.terms),
        other_account_id=facts.other_account_id,
    )  # fmt: skip
    keep(case, calculated(case, maker, on))
    return preview_of(case, on)


def preview_of(case: Case, on: date) -> Preview:
    """Of a case as it was calculated."""
    calculation = calculation_of(case.calculation)
    assert calculation is not None
    found = effects(case, calculation)
    return Preview(calculation, found, forecast(case.account_id, found), needs_supervisor(case, on))
