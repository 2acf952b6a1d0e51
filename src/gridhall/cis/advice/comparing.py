"""Twelve billed months of some accounts under every plan they may choose, in one pass for all of them. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from gridhall.cis.advice import curves, hours
from gridhall.cis.advice.billed import Billed, Row, billed
from gridhall.cis.advice.plans import Catalogue, Charging, Plan
from gridhall.cis.advice.shifting import Shift, by_register
from gridhall.cis.advice.tiers import counters
from gridhall.cis.billing.inputs import determinants_stored
from gridhall.cis.tariffs import day_facts
from gridhall.cis.tariffs.day_facts import Seen
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel.rating import Determinants, totals_fen
from gridhall.kernel.tariffs import PERIODS
from gridhall.readings.catalog import city_of

NO_PRICE, PRICE_CHANGES, NO_CONTRACT, CANNOT_RATE, NOT_AGAIN = (
    "no_price", "price_changes", "no_contract", "cannot_rate", "not_again",
)  # fmt: skip


@dataclass
class Month:
    """A billed month under one plan. ``fen`` is None where it cannot be known; ``why`` then says the reason."""

    fen: int | None = 0
    why: str = ""
    period_wh: list[int] = field(default_factory=lambda: [0] * len(PERIODS))

    def unknown(self, why: str) -> None:
        """The first reason stays."""
        self.fen, self.why = None, self.why or why


@dataclass
class Option:
    """A plan with every billed month under it."""

    plan: Plan
    months: dict[int, Month] = field(default_factory=dict)

    @property
    def known(self) -> list[int]:
        """The months that can be compared."""
        return [month for month, one in self.months.items() if one.fen is not None]

    @property
    def complete(self) -> bool:
        return len(self.known) == len(self.months)

    @property
    def fen(self) -> int:
        """What the months that can be compared would have cost."""
        return sum(one.fen or 0 for one in self.months.values())

    @property
    def period_wh(self) -> list[int]:
        """Energy by period over the months that can be compared."""
        known = [one.period_wh for one in self.months.values() if one.fen is not None]
        return [sum(column) for column in zip(*known, strict=True)] if known else [0] * len(PERIODS)


@dataclass
class Compared:
    """One account. ``again_fen`` are its bills rated again from what they stored: the same fen, or not comparable."""

    account: Billed
    options: list[Option]
    again_fen: dict[int, int]

    @property
    def current(self) -> Option:
        return self.options[0]

    @property
    def differing(self) -> list[int]:
        """Months whose bill does not come out again to the fen."""
        return [month for month, fen in self.account.billed_fen.items() if self.again_fen.get(month) != fen]

    def paid_fen(self, option: Option) -> int:
        """What was billed in the months in which the plan can be compared."""
        return sum(self.account.billed_fen[month] for month in option.known)

    def saving_fen(self, option: Option) -> int:
        """Billed less what the plan would have cost, over those months."""
        return self.paid_fen(option) - option.fen

    def best(self) -> Option | None:
        """The plan that saves most over all the billed months; None where the present one is as good."""
        rest = [option for option in self.options[1:] if option.complete and option.months]
        found = max(rest, key=self.saving_fen, default=None)
        return found if found is not None and self.saving_fen(found) > max(0, self.saving_fen(self.current)) else None


class _Task(NamedTuple):
    """A row to rate under a version; ``option`` is the position of the plan, None for the bill as it was."""

    row: int
    option: int | None
    version: int
    charging: int
    ask: curves.Ask | None  # what to take from curves; None: the energy as billed
    whole: bool  # all energy in one period
    shift: Shift | None = None  # what is assumed about its hours


Answers = dict[curves.Ask, curves.Said]


def compare(
    account_ids: Sequence[int], until: int, catalogue: Catalogue, *, agreement_id: int = 0, shift: Shift | None = None
) -> list[Compared]:
    """Compare the open accounts of these that are supplied on the catalogue's day; ``until`` is the last month.

    ``agreement_id`` says for which of several supplies a plan is chosen. With a ``shift`` every plan is rated on the
    use that it assumes, the present one, too.
    """
    accounts, rows = billed(account_ids, until, catalogue.on, agreement_id)
    known = day_facts.newest()
    found = [
        Compared(account, [Option(plan) for plan in catalogue.choices(account.supply)], {}) if account.supply else None
        for account in accounts
    ]
    tasks = [_Task(n, None, row.stored["version"], row.stored["charging"], None, False) for n, row in enumerate(rows)]
    for n, row in enumerate(rows):
        one = found[row.account]
        if one is not None:
            tasks += _tasks(n, row, one, catalogue, known, shift)
    cities = sorted({city_of(account.path) for account in accounts})
    answers = curves.read(rows, [task.ask for task in tasks if task.ask], known, cities, shift)
    _rated(rows, accounts, [task for task in tasks if _can(task, rows, found, answers)], found, answers)
    for one in found:
        if one is not None:
            _only_sound(one)
    return [one for one in found if one is not None]


def _tasks(n: int, row: Row, one: Compared, catalogue: Catalogue, known: Seen, shift: Shift | None) -> Iterator[_Task]:
    """One task per plan, or the reason why the month is unknown under it."""
    for number, option in enumerate(one.options):
        month = option.months.setdefault(row.month, Month())
        own = parsed(row.stored["version"])
        if not row.chosen or (option.plan.code == own.code and option.plan.charging == row.stored["charging"]):
            moved = shift if row.chosen else None
            ask = _ask(n, row, row.stored["version"], option.plan, known, moved) if moved else None
            yield _Task(n, number, row.stored["version"], row.stored["charging"], ask, False, moved)
            continue
        if option.plan.charging == Charging.CONTRACT != row.stored["charging"]:
            month.unknown(NO_CONTRACT)
            continue
        pieces = catalogue.pieces(option.plan.code, *row.days)
        if option.plan.code == own.code:
            version_id, version = row.stored["version"], own
        elif len(pieces) == 1 and (pieces[0].first, pieces[0].end) == row.days:
            version_id, version = pieces[0].id, pieces[0].version
        else:
            month.unknown(PRICE_CHANGES if len(pieces) > 1 else NO_PRICE)
            continue
        ask = _ask(n, row, version_id, option.plan, known, shift)
        yield _Task(n, number, version_id, option.plan.charging, ask, version.calendar is None, shift)


def _ask(n: int, row: Row, version_id: int, plan: Plan, known: Seen, shift: Shift | None) -> curves.Ask | None:
    """What a plan needs of the curves of a row: other hours, a demand, interval prices, or all of it once it moves."""
    version, moves = parsed(version_id), shift is not None and not by_register(row)
    mask = hours.mask_of(row, version)
    other = version.calendar is not None and not hours.same_hours(row, mask, known)
    cut = moves or other or _asks_demand(plan, row)
    laid = version_id if version.real_time and (moves or version_id != row.stored["version"]) else None
    return curves.Ask(n, mask if cut else None, laid) if cut or laid else None


def _asks_demand(plan: Plan, row: Row) -> bool:
    """Whether the plan is charged by a demand that the bill did not have to know."""
    return plan.charging == Charging.ACTUAL and row.stored["charging"] not in (Charging.ACTUAL, Charging.CONTRACT)


def _can(task: _Task, rows: Sequence[Row], found: Sequence[Compared | None], answers: Answers) -> bool:
    """Whether the readings that a task asks for are there; else its month says why not."""
    why = answers[task.ask].why if task.ask else ""
    if not why:
        return True
    row = rows[task.row]
    _month(row, task, found).unknown(why)
    return False


def _month(row: Row, task: _Task, found: Sequence[Compared | None]) -> Month:
    one = found[row.account]
    assert one is not None and task.option is not None
    return one.options[task.option].months[row.month]


# --- rating ---------------------------------------------------------------------------------------------------------


def _rated(
    rows: Sequence[Row], accounts: Sequence[Billed], tasks: Sequence[_Task], found: Sequence[Compared | None],
    answers: Answers,
) -> None:  # fmt: skip
    """Every task rated, one pass per tariff version and month; sums by account, plan and month."""
    if not tasks:
        return
    facts = determinants_stored([row.stored for row in rows])
    groups: dict[tuple[int, int], list[_Task]] = defaultdict(list)
    for task in tasks:
        groups[task.version, rows[task.row].month].append(task)
    for (version_id, month), members in groups.items():
        own = _facts(facts, rows, accounts, members, answers)
        for task, wh, fen in zip(members, own.period_wh.tolist(), _totals(version_id, own, month), strict=True):
            row = rows[task.row]
            one = found[row.account]
            if one is not None and task.option is None:
                one.again_fen[month] = one.again_fen.get(month, 0) + (fen or 0)
            elif one is not None:
                _add(_month(row, task, found), row, wh, fen)


def _add(month: Month, row: Row, wh: list[int], fen: int | None) -> None:
    if fen is None:
        month.unknown(CANNOT_RATE)
    elif month.fen is not None:
        month.fen += fen
        if row.chosen:
            month.period_wh = [a + b for a, b in zip(month.period_wh, wh, strict=True)]


def _facts(
    facts: Determinants, rows: Sequence[Row], accounts: Sequence[Billed], tasks: Sequence[_Task],
    answers: Answers,
) -> Determinants:  # fmt: skip
    """The stored facts of each task's row, with what its plan changes about them."""
    own = facts.take(np.array([task.row for task in tasks]))
    for n, task in enumerate(tasks):
        if task.option is None:
            continue
        row = rows[task.row]
        if task.shift is not None and by_register(row):
            own.period_wh[n] = task.shift.registers(row, row.month)
        if task.ask is not None:
            said = answers[task.ask]
            if task.ask.mask is not None:
                own.period_wh[n] = said.period_wh
                if task.shift is not None or row.stored["charging"] not in (Charging.ACTUAL, Charging.CONTRACT):
                    own.demand_kw_e6[n] = said.demand_kw_e6
            if task.ask.version is not None:
                own.real_time_fen[n] = said.real_time_fen
        if task.whole:
            whole = int(own.period_wh[n].sum())
            own.period_wh[n] = 0
            own.period_wh[n, 0] = whole
        own.charging[n] = task.charging
        own.tier_before_wh[n], own.tier_months[n] = counters(row, accounts[row.account], parsed(task.version))
    return own


def _totals(version_id: int, facts: Determinants, month: int) -> list[int | None]:
    """Totals in fen; None for a row that the version cannot rate, found by halves."""
    version = parsed(version_id)
    totals: list[int | None] = [None] * facts.n
    waiting = [np.arange(facts.n)]
    while waiting:
        some = waiting.pop()
        try:
            fen = totals_fen(version, facts.take(some), month)
        except ValueError:
            if len(some) > 1:
                waiting += np.array_split(some, 2)
        else:
            for at, one in zip(some.tolist(), fen.tolist(), strict=True):
                totals[at] = one
    return totals


def _only_sound(one: Compared) -> None:
    """A month whose own bill does not come out again holds amounts from elsewhere: no plan is compared with it."""
    for month in one.differing:
        for option in one.options:
            option.months.setdefault(month, Month()).unknown(NOT_AGAIN)
    for option in one.options:
        option.months = dict(sorted(option.months.items()))
