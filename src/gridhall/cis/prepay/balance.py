"""Balance = prepayment − open debts − the cost of energy that no bill holds yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone

from gridhall.cis.billing.calculate import Calculation
from gridhall.cis.customers.models import Account
from gridhall.cis.ledger.queries import credit_of
from gridhall.cis.prepay import rules
from gridhall.cis.prepay.columns import Counted
from gridhall.cis.prepay.estimate import Estimate, Part, estimate, moment
from gridhall.cis.prepay.models import LEVELS, Level, PrepayTerms
from gridhall.platform import clock
from gridhall.platform.bulk import among
from gridhall.readings.catalog import current_snapshot


@dataclass(frozen=True)
class Balance:
    """One account's balance as it stands now, with the days and lines it comes from."""

    ledger_fen: int
    unbilled_fen: int
    energy_wh: int
    level: str
    complete: bool
    as_of: datetime
    snapshot: int
    alarm_fen: int
    credit_fen: int
    problem: tuple[str, dict[str, object]] | None
    parts: list[tuple[Part, Calculation]]

    @property
    def balance_fen(self) -> int:
        """What is left: negative is owed."""
        return self.ledger_fen - self.unbilled_fen

    def fresh(self, now: datetime, hours: int) -> bool:
        """Whether it rests on real readings without a gap, none older than ``hours``."""
        return self.complete and now - self.as_of <= timedelta(hours=hours)


def balance_of(account: Account) -> Balance:
    """Counted now, on the newest readings and books. ``account`` comes from a scoped read."""
    now = clock.now()
    today = timezone.localtime(now).date()
    found, _kept = estimate([account.pk], account.cycle, today, current_snapshot())
    counted = with_ledger(found, now)
    limits = rules.in_force(today).of_class(found.use_class[0])
    own = _own_alarms([account.pk]).get(account.pk)
    return Balance(
        ledger_fen=int(counted.ledger_fen[0]),
        unbilled_fen=int(found.unbilled_fen[0]),
        energy_wh=int(found.energy_wh[0]),
        level=LEVELS[int(counted.level[0])],
        complete=bool(found.complete[0]),
        as_of=min(moment(found.seen_minutes[0]), now),
        snapshot=found.snapshot,
        alarm_fen=limits.alarm_fen if own is None else own,
        credit_fen=limits.credit_fen,
        problem=found.problems.get(0),
        parts=[(part, part.priced()) for part in found.parts],
    )


def with_ledger(found: Estimate, now: datetime) -> Counted:
    """The balances of estimated accounts on the books as they stand in this transaction."""
    credit = credit_of(found.ids)
    ledger = np.array([credit.get(account_id, 0) for account_id in found.ids], np.int64)
    alarm, credit_limit = _limits(found, now)
    return Counted(
        np.array(found.ids, np.int64),
        ledger,
        found.unbilled_fen,
        found.seen_minutes,
        levels(ledger - found.unbilled_fen, alarm, credit_limit),
        found.complete,
    )


def levels(balance_fen: np.ndarray, alarm_fen: np.ndarray, credit_fen: np.ndarray) -> np.ndarray:
    """Position in LEVELS of each balance, uint8[n]."""
    level = np.where(balance_fen < alarm_fen, LEVELS.index(Level.LOW), LEVELS.index(Level.OK))
    level = np.where(balance_fen < 0, LEVELS.index(Level.NEGATIVE), level)
    past = (balance_fen < 0) & (balance_fen < -credit_fen)
    return np.where(past, LEVELS.index(Level.STOP), level).astype(np.uint8)


def _limits(found: Estimate, now: datetime) -> tuple[np.ndarray, np.ndarray]:
    """Alarm level and credit limit of each account: the customer's own alarm level before the class's."""
    in_force = rules.in_force(timezone.localtime(now).date())
    of_class = [in_force.of_class(use_class) for use_class in found.use_class]
    own = _own_alarms(found.ids)
    alarm = [own.get(a, limits.alarm_fen) for a, limits in zip(found.ids, of_class, strict=True)]
    return np.array(alarm, np.int64), np.array([limits.credit_fen for limits in of_class], np.int64)


def _own_alarms(ids: Sequence[int]) -> dict[int, int]:
    rows = PrepayTerms.objects.filter(among("account_id", ids), valid_to__isnull=True, alarm_fen__isnull=False)
    return dict(rows.values_list("account_id", "alarm_fen"))
