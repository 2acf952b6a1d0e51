"""Whether reconciliation says what partners and books disagree about, all of it and nothing else; and what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from gridhall.cis.ledger import queries as ledger
from gridhall.cis.reconcile.models import Difference, StatementLine
from gridhall.platform.scope import EVERYTHING
from tests.simulator.judge import Booked, booked, the_books
from tests.simulator.outside import Outside, believed, listed
from tests.simulator.partners import PARTNERS
from tests.simulator.plan import LINKED, Plan, Way
from tests.simulator.world import House

THEIRS, OURS, DIFFERS = "theirs-only", "ours-only", "amount-differs"


def differences(plan: Plan, outside: Outside, house: House) -> list[str]:
    """The differences that are open after the first statements are exactly those that there are."""
    found = []
    rows = Difference.objects.within(EVERYTHING).filter(state=Difference.State.OPEN)
    opened: dict[str, Counter[tuple[str, str]]] = {}
    for code, kind, line, payment in rows.values_list("link__code", "kind", "line__serial", "payment__serial"):
        opened.setdefault(code, Counter())[line or payment, kind] += 1
    payments = booked()
    for way in LINKED:
        code = PARTNERS[way].code
        expected = Counter(_apart(plan, outside, house, way, payments))
        said = opened.get(code, Counter())
        found += [
            f"{serial} of {code} is {kind}, and no difference says so" for serial, kind in (expected - said).elements()
        ]
        found += [
            f"a difference says that {serial} of {code} is {kind}, and it is not"
            for serial, kind in (said - expected).elements()
        ]
    return found


def _apart(
    plan: Plan, outside: Outside, house: House, way: Way, payments: list[Booked]
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """What a partner and our books disagree about. A payment and its taking back that it does not show are nothing."""
    code = PARTNERS[way].code
    theirs = {one.serial: one.net_fen for one in listed(plan, outside, house, way)}
    ours = {one.serial: one for one in payments if one.link == code}
    by_pk = {one.pk: one for one in ours.values()}
    nothing = {
        serial
        for one in ours.values()
        if one.reverses in by_pk and by_pk[one.reverses].fen == -one.fen
        for serial in (one.serial, by_pk[one.reverses].serial)
        if one.serial not in theirs and by_pk[one.reverses].serial not in theirs
    }
    for serial, fen in theirs.items():
        if serial not in ours:
            yield serial, THEIRS
        elif ours[serial].fen != fen:
            yield serial, DIFFERS
    yield from ((serial, OURS) for serial in ours if serial not in theirs and serial not in nothing)


def after_closing(plan: Plan, folder: Path, house: House) -> list[str]:
    """Clearing accounts and suspense are empty, and the bank holds what the statements showed, less what went back."""
    outside, found = believed(plan, folder), the_books(booked())
    rows = Difference.objects.within(EVERYTHING).exclude(state=Difference.State.CLOSED)
    found += [f"a difference of {one.link.code} is still open" for one in rows.select_related("link")]
    balance = ledger.trial_balance()
    for code in sorted({f"clearing-{PARTNERS[way].channel}" for way in LINKED} | {"suspense"}):
        if balance.get(code, 0):
            found.append(f"{code} still holds {balance[code]} fen")
    shown = sum(
        one.net_fen for way in LINKED for late in (False, True) for one in listed(plan, outside, house, way, late)
    )
    back = Difference.objects.within(EVERYTHING).filter(way=Difference.Way.GIVE_BACK)
    gone = sum(back.values_list("theirs_fen", flat=True))
    if balance.get("bank", 0) != shown - gone:
        found.append(f"the bank holds {balance.get('bank', 0)} fen by our books, {shown - gone} by its statements")
    serials = StatementLine.objects.values_list("link__code", "serial")
    found += [f"{serial} of {code} counts {n} times" for (code, serial), n in Counter(serials).items() if n > 1]
    return found


def opened() -> int:
    """How many differences there were."""
    return Difference.objects.within(EVERYTHING).count()
