"""Whether the books say what the world outside holds an ok for: sentences, none when all is well.

The tables are read as they stand; of our own rules only ``ledger.queries.problems`` and the audit chain are asked too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from gridhall.cis.billing.models import Bill
from gridhall.cis.ledger import queries as ledger
from gridhall.cis.ledger.models import Entry, Line
from gridhall.cis.payments.models import Payment, Shift
from gridhall.cis.prepay.models import Token, TokenDevice
from gridhall.platform import audit
from gridhall.platform.models import OutboxEvent
from gridhall.platform.scope import EVERYTHING
from tests.simulator.desk import method
from tests.simulator.outside import Outside
from tests.simulator.partners import PARTNERS
from tests.simulator.plan import LINKED, Operation, Plan, Verb, Way
from tests.simulator.world import account_id

OWED = ("receivable", "penalty-receivable")
TOPICS = {"payment.reversed", "payment.refunded", "payment.charged-back"}


@dataclass(frozen=True, slots=True)
class Booked:
    """A payment as its row says."""

    pk: int
    key: str
    receipt: str
    account: int
    fen: int
    link: str
    serial: str
    money: str
    state: str
    settled: bool
    reverses: int | None


def booked() -> list[Booked]:
    """Every payment that is in the books."""
    rows = Payment.objects.within(EVERYTHING).exclude(state__in=Payment.UNBOOKED).order_by("pk")
    return [
        Booked(*row[:9], row[9] is not None, row[10])
        for row in rows.values_list(
            "pk", "key", "receipt_number", "account_id", "amount_fen", "link_code", "serial", "money_account", "state",
            "settled_on", "reverses_id",
        )
    ]  # fmt: skip


def after_the_day(plan: Plan, outside: Outside) -> list[str]:
    """Everything that must hold once every process has ended and before a statement came."""
    payments = booked()
    of_operation = matched(plan, payments)
    found = [*the_books(payments), *(f"an error: {text}" for text in outside.broken)]
    found += _operations(plan, outside, of_operation)
    known = {one.pk for one in of_operation.values()}
    found += [f"payment {one.key} of {one.fen} fen is nobody's" for one in payments if one.pk not in known]
    found += _channels(plan, outside, of_operation)
    found += _tokens(plan, outside, of_operation)
    found += [
        f"the till of cashier {shift.cashier_id} differs by {shift.counted_fen - shift.expected_fen} fen"
        for shift in Shift.objects.within(EVERYTHING).filter(closed_at__isnull=False)
        if shift.counted_fen != shift.expected_fen
    ]
    return found


def the_books(payments: list[Booked]) -> list[str]:
    """What must hold of the books at any moment."""
    found = ledger.problems() + list(audit.broken_links())
    balance = ledger.trial_balance()
    if sum(balance.values()):
        found.append(f"the trial balance is {sum(balance.values())} fen off")
    return [*found, *_entries(payments), *_events(payments), *_settlement(payments)]


def matched(plan: Plan, payments: list[Booked]) -> dict[int, Booked]:
    """Which payment each operation became."""
    by_serial = {(one.link, one.serial): one for one in payments if one.serial}
    by_key = {one.key: one for one in payments}
    found = {}
    for one in plan.operations:
        if one.way in LINKED:
            payment = by_serial.get((PARTNERS[one.way].code, one.serial))
        else:
            payment = by_key.get(_key(plan, one))
        if payment is not None:
            found[one.number] = payment
    return found


def _key(plan: Plan, one: Operation) -> str:
    """The key of a payment that no partner brought."""
    if one.original is None:
        return one.serial
    return f"{'refund' if one.verb is Verb.REFUND else 'reversal'}-of:{plan.operations[one.original].serial}"


def _operations(plan: Plan, outside: Outside, of_operation: dict[int, Booked]) -> Iterator[str]:
    """An ok is booked once, a no is not booked, what nobody answered may be; and every answer told the truth."""
    yield from (f"{plan.operations[n].name} with another amount was told ok" for n in outside.misled)
    for one in plan.operations:
        belief, payment = outside.of(one.number), of_operation.get(one.number)
        if one.verb is Verb.CLOSE:
            if payment is not None:
                yield f"{one.name} was closed and is booked"
        elif payment is None:
            if belief.good:
                yield f"{one.name}: {one.net_fen} fen were told ok and are not in the books"
        elif not belief.good and not belief.unknown:
            yield f"{one.name} is booked, but was refused or never sent: {[a.code for a in belief.answers]}"
        else:
            yield from _truth(one, payment, outside)
        if one.original is None and not belief.final and not belief.unknown and belief.answers:
            yield f"{one.name} never got a last word: {[a.code for a in belief.answers]}"
        elif belief.final and not belief.good and one.account >= 0:
            yield f"{one.name} was refused: {[a.code for a in belief.answers]}"


def _truth(one: Operation, payment: Booked, outside: Outside) -> Iterator[str]:
    """The payment is what its payer meant and heard."""
    if (payment.account, payment.fen) != (account_id(one.account), one.net_fen):
        yield f"{one.name} is booked as {payment.fen} fen of account {payment.account}, not {one.net_fen}"
    if payment.money != money_account(one):
        yield f"{one.name} lies on {payment.money}, not {money_account(one)}"
    told = {answer.receipt for answer in outside.of(one.number).answers if answer.good and answer.receipt}
    if told - {payment.receipt}:
        yield f"{one.name} was told the receipts {sorted(told)} and has {payment.receipt}"


def money_account(one: Operation) -> str:
    """The ledger account where the money of an operation waits for a statement."""
    if one.way is Way.COUNTER:
        return "cash" if method(one if one.original is None else _numbered(one.original)) == "cash" else "clearing-card"
    if one.way in (Way.HALL, Way.TOP_UP):
        return "online-clearing"
    return f"clearing-{PARTNERS[one.way].channel}"


def _numbered(number: int) -> Operation:
    return Operation(number, Way.COUNTER, Verb.PAY, 0, 1)


def _channels(plan: Plan, outside: Outside, of_operation: dict[int, Booked]) -> Iterator[str]:
    """What the outside holds an ok for, and what we booked of that which nobody answered, is what the accounts hold."""
    expected: Counter[str] = Counter()
    for one in plan.operations:
        if one.verb is not Verb.CLOSE and (outside.of(one.number).good or one.number in of_operation):
            expected[money_account(one)] += one.net_fen
    balance = ledger.trial_balance()
    for code in sorted({money_account(one) for one in plan.operations}):
        if balance.get(code, 0) != expected[code]:
            yield f"{code} holds {balance.get(code, 0)} fen, the outside paid {expected[code]}"


def _entries(payments: list[Booked]) -> Iterator[str]:
    """Each payment has one entry with its money and its customer's side, and there is no entry without a payment."""
    refs = {f"payment:{one.receipt}": one for one in payments}
    entries = dict(Entry.objects.within(EVERYTHING).filter(ref__startswith="payment:").values_list("ref", "pk"))
    sides: dict[int, set[tuple[str, int | None, int]]] = defaultdict(set)
    of_payments = Line.objects.filter(entry__ref__startswith="payment:")
    for entry, code, account, fen in of_payments.values_list(
        "entry_id", "ledger_account_id", "account_id", "amount_fen"
    ):
        sides[entry].add((code, account, fen))
    yield from (f"entry {ref} belongs to no payment" for ref in entries.keys() - refs.keys())
    for ref, one in refs.items():
        if ref not in entries:
            yield f"payment {one.key} of {one.fen} fen has no entry"
        elif sides[entries[ref]] != {(one.money, None, one.fen), ("prepayment", one.account, -one.fen)}:
            yield f"the entry of payment {one.key} says something else: {sorted(map(str, sides[entries[ref]]))}"


def _events(payments: list[Booked]) -> Iterator[str]:
    """Other systems are told of each payment once, and of each taking back once."""
    receipt = {one.pk: one.receipt for one in payments}
    came = Counter(one.receipt for one in payments if one.fen > 0)
    went = Counter(receipt.get(one.reverses or 0, "?") for one in payments if one.fen < 0)
    told: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for topic, payload in OutboxEvent.objects.filter(topic__startswith="payment.").values_list("topic", "payload"):
        if topic == "payment.received" or topic in TOPICS:
            told[topic == "payment.received"][payload["receipt"]] += 1
    for name, ours, theirs in (("received", came, told[True]), ("taken back", went, told[False])):
        for one in sorted(ours.keys() | theirs.keys()):
            if ours[one] != theirs[one]:
                yield f"{one} was {name} {ours[one]} times and other systems were told {theirs[one]} times"


def _settlement(payments: list[Booked]) -> Iterator[str]:
    """Every payment found its bill: no credit beside a debt, no bill paid more than it is, and nothing left over."""
    is_open: dict[int, Counter[int]] = defaultdict(Counter)
    prepaid: Counter[int] = Counter()
    rows = Line.objects.filter(account_id__isnull=False).values_list("account_id", "ledger_account_id", "bill_id")
    grouped = rows.filter(ledger_account_id__in=(*OWED, "prepayment"))
    for account, code, bill, fen in grouped.values_list("account_id", "ledger_account_id", "bill_id", "amount_fen"):
        if code == "prepayment":
            prepaid[account] -= fen
        else:
            is_open[account][bill] += fen
    charged: Counter[int] = Counter()
    for account, fen in Bill.objects.within(EVERYTHING).values_list("account_id", "total_fen"):
        charged[account] += fen
    penalties = Line.objects.filter(ledger_account_id="penalty-receivable", entry__kind__startswith="penalty")
    for account, fen in penalties.values_list("account_id", "amount_fen"):
        charged[account] += fen
    for one in payments:
        charged[one.account] -= one.fen
    for account in sorted(is_open.keys() | prepaid.keys() | charged.keys()):
        debts = is_open[account]
        if any(fen < 0 for fen in debts.values()):
            yield f"account {account} has a bill that is paid more than it is: {min(debts.values())}"
        if prepaid[account] > 0 and any(debts.values()):
            yield f"account {account} has {prepaid[account]} fen of credit beside an open bill"
        if sum(debts.values()) - prepaid[account] != charged[account]:
            left = sum(debts.values()) - prepaid[account]
            yield f"account {account} owes {left} fen by its lines, {charged[account]} by its bills and payments"


def _tokens(plan: Plan, outside: Outside, of_operation: dict[int, Booked]) -> Iterator[str]:
    """Each top-up that was told ok has the one token that its customer holds; counts of a keypad only grow."""
    by_payment: dict[int, list[str]] = defaultdict(list)
    counts: dict[int, list[int]] = defaultdict(list)
    for payment, digits, device, count in Token.objects.within(EVERYTHING).values_list(
        "payment_id", "digits", "device_id", "count"
    ):
        by_payment[payment].append(digits)
        counts[device].append(count)
    for one in plan.operations:
        if one.way is Way.TOP_UP and one.number in of_operation:
            issued = by_payment.pop(of_operation[one.number].pk, [])
            held = {answer.token for answer in outside.of(one.number).answers if answer.good}
            if len(issued) > 1 or (held and held != set(issued)):
                yield f"{one.name} has the tokens {issued}, its customer holds {sorted(held)}"
    yield from (f"payment {pk} that is no top-up has a token" for pk in by_payment)
    last = dict(TokenDevice.objects.within(EVERYTHING).values_list("pk", "count"))
    for device, used in counts.items():
        if len(set(used)) != len(used) or max(used) != last[device]:
            yield f"keypad {device} used its counts {sorted(used)[-5:]} and stands at {last[device]}"
