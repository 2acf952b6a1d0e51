"""What will happen, as a pure function of seed and size: who pays what by which way, and what goes wrong.

Nothing here knows a database or a clock. Two runs of one seed do the same operations in the same slices with the same
deaths planned; only how the processes interleave differs, and the judge does not ask for that.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum


class Way(StrEnum):
    """The ways in which money comes in."""

    COUNTER = "counter"
    HALL = "hall"
    BANK_APP = "bankapp"
    BANK_COUNTER = "bankctr"
    AGENT = "agent"
    KIOSK = "kiosk"
    ALIPAY = "alipay"
    WECHAT = "wechat"
    TOP_UP = "topup"
    FILE = "file"
    DEBIT = "debit"


class Verb(StrEnum):
    """Pay, take the whole back, give a part back, or end an order that nobody pays."""

    PAY = "pay"
    TAKE_BACK = "take-back"
    REFUND = "refund"
    CLOSE = "close"


class Shown(StrEnum):
    """What the partner's statement does with a movement that it knows."""

    RIGHT = "right"
    LEFT_OUT = "left out"
    LATE = "late"  # left out, and shown by a second statement
    DIFFERENT = "different"


ONLINE = (Way.BANK_APP, Way.BANK_COUNTER, Way.AGENT, Way.KIOSK)
WALLETS = (Way.ALIPAY, Way.WECHAT)
BATCHED = (Way.FILE, Way.DEBIT)
LINKED = (*ONLINE, *WALLETS, *BATCHED)
WEIGHTS = {
    Way.COUNTER: 15, Way.HALL: 12, Way.BANK_APP: 16, Way.BANK_COUNTER: 11, Way.AGENT: 6, Way.KIOSK: 6, Way.ALIPAY: 10,
    Way.WECHAT: 10, Way.TOP_UP: 4, Way.FILE: 10,
}  # fmt: skip
CALLERS = 4  # of one process, threads as a web server has them
NOBODY = -1  # an account number that nobody has
BILLS = 3  # bills of an account that has no keypad
FILE_LINES, NOTICE_LINES = 40, 12


@dataclass(frozen=True, slots=True)
class Operation:
    """One movement of money as its payer or partner means it. ``account`` is a position, ``original`` a number.

    ``deaf``: the first answer is lost on the way. ``gives_up``: an answer that was lost is never asked for again, and
    ``counts`` says whether the partner then takes the money as paid. ``twice_over``: later the same serial is sent
    with another amount, which has to be refused.
    """

    number: int
    way: Way
    verb: Verb
    account: int
    amount_fen: int
    original: int | None = None
    deaf: bool = False
    gives_up: bool = False
    counts: bool = False
    twice_over: bool = False
    shown: Shown = Shown.RIGHT
    place: int = 0  # among the operations of its way

    @property
    def serial(self) -> str:
        """The payer's or partner's own name for it, for ever. Partners count alike: their serials meet."""
        return f"N{self.place}" if self.way in LINKED else self.name

    @property
    def name(self) -> str:
        """What the judge calls it."""
        return f"{self.way}-{self.number}"

    @property
    def net_fen(self) -> int:
        """What it adds to the partner's account with us."""
        return {Verb.PAY: 1, Verb.CLOSE: 0}.get(self.verb, -1) * self.amount_fen


@dataclass(frozen=True, slots=True)
class Batch:
    """A bank's day file, or a notice of debits. A ``lost`` one never reaches us, though the bank took the money."""

    number: int
    way: Way
    operations: tuple[int, ...]
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to be sent by one process: an operation, or a batch."""

    batch: bool
    number: int


@dataclass(frozen=True, slots=True)
class Death:
    """kill -9 so many milliseconds after a process began the delivery at a position of its slice."""

    position: int
    after_ms: float


@dataclass(frozen=True)
class Plan:
    """Everything that a run does; ``debtors`` is how many accounts have a mandate, ``keypads`` how many a keypad."""

    seed: int
    size: int
    accounts: int
    keypads: int
    debtors: int
    operations: tuple[Operation, ...]
    batches: tuple[Batch, ...]
    slices: tuple[tuple[Delivery, ...], ...]
    deaths: tuple[tuple[Death, ...], ...]
    worker_deaths_ms: tuple[float, ...]
    doubled: frozenset[Way]  # partners whose first statement has a line twice

    def taken_back_by(self) -> dict[int, Operation]:
        """What takes an operation back, by the number of that."""
        return {one.original: one for one in self.operations if one.original is not None}


def make(seed: int, size: int, processes: int) -> Plan:
    """The plan of ``size`` operations for ``processes`` processes, each with CALLERS callers at work in it."""
    dice = random.Random(seed * 1_000_003 + size)
    accounts = max(40, size // 10)
    debtors = min(2000, max(6, size // 50))
    keypads = max(4, accounts // 25)
    paid = list(_payments(dice, size, accounts, keypads, debtors))
    operations = _with_statements(dice, _with_taking_back(dice, paid, size))
    batches = tuple(_batches(dice, operations))
    slices = _slices(dice, operations, batches, processes * CALLERS)
    deaths = tuple(_deaths(dice, slices[first : first + CALLERS]) for first in range(0, len(slices), CALLERS))
    return Plan(
        seed, size, accounts, keypads, debtors, operations, batches, slices, deaths,
        tuple(dice.uniform(5, 400) for _ in range(min(40, 2 + size // 2500))),
        frozenset(way for way in (*ONLINE, Way.FILE) if dice.random() < 0.5),
    )  # fmt: skip


def _payments(dice: random.Random, size: int, accounts: int, keypads: int, debtors: int) -> Iterator[Operation]:
    """Debits first, one a debtor; then the rest. Keypads are the last accounts, debtors the first."""
    for number in range(debtors):
        yield Operation(number, Way.DEBIT, Verb.PAY, number, BILLS * bill_fen(number))
    ways = dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=int(size * 0.93) - debtors)
    for number, way in enumerate(ways, debtors):
        if way is Way.TOP_UP:
            yield Operation(
                number,
                way,
                Verb.PAY,
                accounts - 1 - dice.randrange(keypads),
                dice.randrange(1000, 20000),
                deaf=dice.random() < 0.1,
            )
            continue
        popular = dice.random() < 0.15  # some accounts are paid by everybody at once
        account = dice.randrange(min(accounts - keypads, 12)) if popular else dice.randrange(accounts - keypads)
        amount_fen = dice.choice((dice.randrange(1, 100), dice.randrange(100, 30000), bill_fen(account)))
        yield _troubled(dice, Operation(number, way, Verb.PAY, account, amount_fen))


def _troubled(dice: random.Random, one: Operation) -> Operation:
    """What may go wrong on the way, where the way knows it."""
    if one.way in WALLETS and dice.random() < 0.05:
        return replace(one, verb=Verb.CLOSE) if one.way is Way.ALIPAY else replace(one, deaf=True)
    if one.way in (*ONLINE, Way.FILE) and dice.random() < 0.02:
        return replace(one, account=NOBODY)
    if one.way in ONLINE:
        deaf = dice.random() < 0.08
        gives_up = dice.random() < 0.4
        return replace(
            one, deaf=deaf, gives_up=gives_up, counts=gives_up and dice.random() < 0.5,
            twice_over=dice.random() < 0.02,
        )  # fmt: skip
    return one if one.way is Way.FILE else replace(one, deaf=dice.random() < 0.08)


def _with_taking_back(dice: random.Random, paid: list[Operation], size: int) -> list[Operation]:
    """The rest of the operations take payments back, each at most once."""
    fit = [
        one for one in paid
        if one.verb is Verb.PAY and one.account != NOBODY and not one.counts
        and one.way not in (Way.HALL, Way.TOP_UP) and not may_be_lost(one)
    ]  # fmt: skip
    timed_out = [one for one in fit if one.deaf and one.gives_up]  # what a bank takes back that heard no answer
    chosen = timed_out[: (size - len(paid)) // 4]
    rest = sorted({one.number for one in fit} - {one.number for one in chosen})
    chosen += [paid[number] for number in dice.sample(rest, max(0, size - len(paid) - len(chosen)))]
    back = []
    for number, first in enumerate(chosen, len(paid)):
        in_part = first.way in WALLETS or (first.way is Way.COUNTER and dice.random() < 0.5)
        verb = Verb.REFUND if in_part else Verb.TAKE_BACK
        amount_fen = dice.randint(1, first.amount_fen) if verb is Verb.REFUND else first.amount_fen
        deaf = first.way not in BATCHED and dice.random() < 0.1
        back.append(Operation(number, first.way, verb, first.account, amount_fen, first.number, deaf))
    return paid + back


def _with_statements(dice: random.Random, operations: list[Operation]) -> tuple[Operation, ...]:
    """Some payments that nobody takes back stand wrong in the partner's statement."""
    originals = {one.original for one in operations}
    made, places = [], Counter[Way]()
    for one in operations:
        draw = dice.random()
        if one.way in LINKED and one.verb is Verb.PAY and one.number not in originals and draw < 0.045:
            one = replace(one, shown=(Shown.LEFT_OUT, Shown.LATE, Shown.DIFFERENT)[int(draw / 0.015)])
        made.append(replace(one, place=places[one.way]))
        places[one.way] += 1
    return tuple(made)


def _batches(dice: random.Random, operations: tuple[Operation, ...]) -> Iterator[Batch]:
    """Files and notices; what takes back is in a later one, so it may overtake its payment. Some files are lost."""
    of_file = [one for one in operations if one.way is Way.FILE]
    of_debit = [one for one in operations if one.way is Way.DEBIT]
    number = 0
    for way, lines, most in (
        (Way.FILE, [one.number for one in of_file if may_be_lost(one)], FILE_LINES),
        (Way.FILE, [one.number for one in of_file if one.verb is Verb.PAY and not may_be_lost(one)], FILE_LINES),
        (Way.FILE, [one.number for one in of_file if one.verb is not Verb.PAY], FILE_LINES),
        (Way.DEBIT, [one.number for one in of_debit if one.verb is Verb.PAY], NOTICE_LINES),
        (Way.DEBIT, [one.number for one in of_debit if one.verb is not Verb.PAY], NOTICE_LINES),
    ):
        for first in range(0, len(lines), most):
            part = tuple(lines[first : first + most])
            lost = may_be_lost(operations[part[0]]) and (number == 0 or dice.random() < 0.5)
            yield Batch(number, way, part, lost)
            number += 1


def may_be_lost(one: Operation) -> bool:
    """Lines of files that may get lost are kept apart: nothing takes them back."""
    return one.way is Way.FILE and one.verb is Verb.PAY and one.number % 5 == 0


def _slices(
    dice: random.Random, operations: tuple[Operation, ...], batches: tuple[Batch, ...], callers: int
) -> tuple[tuple[Delivery, ...], ...]:
    """Every delivery in the slice of one caller, some in that of a second too, in nearly their order."""
    keyed: list[list[tuple[float, Delivery]]] = [[] for _ in range(callers)]

    def put(at: float, delivery: Delivery, again: float, spread: float) -> None:
        first = dice.randrange(callers)
        keyed[first].append((at + dice.uniform(0, spread), delivery))
        if dice.random() < again:
            other = (first + dice.randrange(1, callers)) % callers
            keyed[other].append((at + dice.uniform(0, spread), delivery))

    order = [one for one in operations if one.way not in BATCHED]
    places = {number: place for place, number in enumerate(dice.sample([one.number for one in order], len(order)))}
    for one in order:
        place = places[one.number]
        if one.original is not None:  # near its payment, sometimes before it
            place = places[one.original] + dice.uniform(-10, 40)
        put(place, Delivery(False, one.number), 0.12, 30)
    for batch in batches:
        if not batch.lost:
            put(dice.uniform(0, len(order)), Delivery(True, batch.number), 0.4, 30)
    return tuple(tuple(delivery for _at, delivery in sorted(one, key=lambda pair: pair[0])) for one in keyed)


def _deaths(dice: random.Random, slices: tuple[tuple[Delivery, ...], ...]) -> tuple[Death, ...]:
    """A process dies two times, and once more each hundred deliveries; counted by those of its first caller."""
    own = len(slices[0])
    times = min(own, 2 + sum(map(len, slices)) // 100)
    positions = sorted(dice.sample(range(own), times))
    return tuple(Death(position, dice.uniform(0, 30)) for position in positions)


def bill_fen(account: int) -> int:
    """What each bill of an account is about."""
    return 4000 + account * 37 % 9000
