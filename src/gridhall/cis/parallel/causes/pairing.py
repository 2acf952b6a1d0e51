"""Lines of both bills side by side, at the finest grain that the other system's bill has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from gridhall.cis.parallel.causes.case import Key, Line

# Where the other bill has no line for one of ours, it is taken to be inside this one.
INSIDE = {"tier": "energy", "free_quota": "energy", "minimum": "fixed", "demand": "capacity", "capacity": "demand"}
REST: Key = ("rest", "", 0)


@dataclass(frozen=True)
class Side:
    """One side of a pair: sums over its lines; a price only where all of them share it."""

    quantity: int | None
    price_e8: int | None
    amount_fen: int
    count: int


@dataclass(frozen=True)
class Pair:
    """What both bills say of one thing. ``mine`` keeps our single lines for a closer look."""

    key: Key
    ours: Side | None
    theirs: Side | None
    mine: tuple[Line, ...] = ()

    @property
    def fen(self) -> int:
        """Ours less theirs."""
        return (self.ours.amount_fen if self.ours else 0) - (self.theirs.amount_fen if self.theirs else 0)


def pairs(ours: Sequence[Line], theirs: Sequence[Line], their_total_fen: int, added: bool) -> list[Pair]:
    """Both bills as pairs that add up to the difference; of-which components are left out unless they are ``added``.

    What the other system's total holds beyond its lines stands against those of ours that none of its lines covers.
    """
    if added:
        return _of_components(ours, theirs, their_total_fen)
    counted = [line for line in theirs if line.kind != "component"]
    return _paired([line for line in ours if not line.included], counted, their_total_fen)


def alone(line: Line) -> Pair:
    """A line of ours with nothing to compare it with."""
    return Pair(line.key, _side([line]), None, (line,))


def _of_components(ours: Sequence[Line], theirs: Sequence[Line], their_total_fen: int) -> list[Pair]:
    """Components that add up to the energy charge stand against it as a whole."""
    as_energy = [
        line._replace(kind="energy", period="", tier=0, quantity=None, price_e8=None)
        if line.kind == "component"
        else line
        for line in theirs
    ]
    return _paired([line for line in ours if not line.included], as_energy, their_total_fen)


def _paired(ours: Sequence[Line], theirs: Sequence[Line], their_total_fen: int) -> list[Pair]:
    by_key: dict[Key, list[Line]] = defaultdict(list)
    for line in theirs:
        by_key[line.key].append(line)
    mine: dict[Key, list[Line]] = defaultdict(list)
    for line in ours:
        mine[_covering(line, by_key)].append(line)
    rest_fen = their_total_fen - sum(line.amount_fen for line in theirs)
    found = [
        Pair(key, _side(mine.get(key, ())), _side(by_key.get(key, ())), tuple(mine.get(key, ())))
        for key in dict.fromkeys([*by_key, *mine])
        if key != REST
    ]
    if rest_fen or mine.get(REST):
        found.append(Pair(REST, _side(mine.get(REST, ())), Side(None, None, rest_fen, 1), tuple(mine.get(REST, ()))))
    return found


def _covering(line: Line, theirs: dict[Key, list[Line]]) -> Key:
    """The line of theirs that holds ours: the same, one of all periods or tiers, or the one it is usually inside."""
    kinds = [line.kind, INSIDE[line.kind]] if line.kind in INSIDE else [line.kind]
    for kind in kinds:
        for key in ((kind, line.period, line.tier), (kind, line.period, 0), (kind, "", line.tier), (kind, "", 0)):
            if key in theirs:
                return key
    if line.kind in ("tier", "free_quota") or any(key[0] == line.kind for key in theirs):
        return line.key
    known = {key[0] for key in theirs}
    return line.key if known & {"energy", "tier"} else REST


def _side(lines: Sequence[Line]) -> Side | None:
    if not lines:
        return None
    quantities = [line.quantity for line in lines]
    known = [quantity for quantity in quantities if quantity is not None]
    prices = {line.price_e8 for line in lines}
    price = prices.pop() if len(prices) == 1 else None
    total = sum(known) if len(known) == len(quantities) else None
    return Side(total, price, sum(line.amount_fen for line in lines), len(lines))
