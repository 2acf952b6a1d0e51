"""What is left once their figures are taken over, told line by line: price, demand, power factor, quota, rounding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gridhall.cis.parallel.causes.case import Case, Key, Part
from gridhall.cis.parallel.causes.pairing import REST, Pair, Side, pairs
from gridhall.cis.parallel.causes.versions import that_price
from gridhall.cis.parallel.models import Cause
from gridhall.kernel.money import DIVISORS, Unit, round_half_up

UNITS = {"demand": Unit.KW, "capacity": Unit.KVA, "power_factor": Unit.YUAN, "fixed": Unit.MONTH, "minimum": Unit.YUAN}
ENERGY = ("energy", "tier", "free_quota", "feed_in", "component", "rest")
QUANTITY_TOLERANCE = 10  # the last digit that a bill prints may be rounded


def explain(case: Case, month: int, added: bool) -> Part | None:
    """Parts for every pair of lines that differs; what no line shows is returned for a closer look at the total."""
    found = pairs(case.now.lines, case.their_lines, case.theirs_fen, added)
    differing = [pair for pair in found if pair.fen]
    priced: dict[Key, tuple[int, int]] = {}
    rest: Part | None = None
    made: list[Part] = []
    for pair in differing:
        if pair.key[0] == "power_factor":
            continue  # its base holds the others, so it comes last
        if pair.key == REST:
            rest = Part(Cause.UNKNOWN, pair.fen, {})
            continue
        part = _part(pair)
        if part.cause == Cause.UNIT_PRICE and "theirs_e8" in part.detail:
            priced[pair.key] = part.detail["theirs_e8"], part.detail["ours_e8"]
        made.append(part)
    for pair in differing:
        if pair.key[0] == "power_factor":
            made.append(_power_factor(pair, differing, case, made))
    if priced:
        _name_versions(made, {key: theirs for key, (theirs, _) in priced.items()}, month, case)
    case.parts += made
    return rest


def _part(pair: Pair) -> Part:
    """The cause of one pair of lines."""
    kind, ours, theirs = pair.key[0], pair.ours, pair.theirs
    detail = _figures(pair)
    if ours is None or theirs is None:
        return Part(_one_sided(kind), pair.fen, detail)
    if kind in ("capacity", "demand"):
        return _charge(pair, ours, theirs, detail)
    if _near(ours.quantity, theirs.quantity):
        return _same_quantity(pair, ours, theirs, detail)
    if kind in ("tier", "energy") and pair.key[2]:
        return Part(Cause.TIER_COUNTER, pair.fen, detail)
    by_kind = {"free_quota": Cause.FREE_QUOTA, "fixed": Cause.PRORATION, "minimum": Cause.PRORATION}
    return Part(by_kind.get(kind, Cause.READING if kind in ENERGY else Cause.UNKNOWN), pair.fen, detail)


def _one_sided(kind: str) -> str:
    return {
        "free_quota": Cause.FREE_QUOTA, "capacity": Cause.DEMAND, "demand": Cause.DEMAND, "tier": Cause.TIER_COUNTER,
        "energy": Cause.UNIT_PRICE, "fixed": Cause.UNIT_PRICE, "minimum": Cause.UNIT_PRICE,
    }.get(kind, Cause.UNKNOWN)  # fmt: skip


def _figures(pair: Pair) -> dict[str, Any]:
    detail: dict[str, Any] = {"kind": pair.key[0], "period": pair.key[1], "tier": pair.key[2]}
    for name, side in (("ours", pair.ours), ("theirs", pair.theirs)):
        if side is not None:
            detail[f"{name}_fen"] = side.amount_fen
            if side.quantity is not None:
                detail[f"{name}_quantity"] = side.quantity
    return detail


def _near(ours: int | None, theirs: int | None) -> bool:
    """The same quantity, or one that the other bill does not say and so cannot contradict."""
    return ours is None or theirs is None or abs(ours - theirs) < QUANTITY_TOLERANCE


def _same_quantity(pair: Pair, ours: Side, theirs: Side, detail: dict[str, Any]) -> Part:
    """Price or rounding. A price that the other bill does not print is worked out of its amount."""
    if theirs.price_e8 in (None, ours.price_e8) and abs(pair.fen) <= max(ours.count, theirs.count):
        return Part(Cause.ROUNDING, pair.fen, detail)  # a fen for each line that the pair holds
    if ours.price_e8 is not None and theirs.price_e8 == ours.price_e8:
        return Part(Cause.UNKNOWN, pair.fen, detail)
    if ours.price_e8 is not None:
        detail["ours_e8"] = ours.price_e8
    worked_out = theirs.price_e8 if theirs.price_e8 is not None else _price_of(pair, ours, theirs)
    if worked_out is not None:
        detail["theirs_e8"] = worked_out
        detail["worked_out"] = theirs.price_e8 is None
        detail.setdefault("ours_e8", _price_of(pair, ours, ours) or 0)
    return Part(Cause.UNIT_PRICE, pair.fen, detail)


def _price_of(pair: Pair, ours: Side, side: Side) -> int | None:
    """The price to four decimals that gives the amount, else the plain quotient."""
    quantity = side.quantity if side.quantity is not None else ours.quantity
    if not quantity:
        return None
    divisor = DIVISORS[UNITS.get(pair.key[0], Unit.KWH)]
    for step in (1_000_000, 10_000, 100):  # 2, 4 and 6 decimals
        price = round_half_up(side.amount_fen * divisor, quantity * step) * step if quantity > 0 else 0
        if price and round_half_up(quantity * price, divisor) == side.amount_fen:
            return price
    return round_half_up(side.amount_fen * divisor, quantity) if quantity > 0 else None


def _charge(pair: Pair, ours: Side, theirs: Side, detail: dict[str, Any]) -> Part:
    """Capacity and demand: another way of charging, another part of the month, other kW, or another price."""
    mine = {line.kind for line in pair.mine}
    if mine != {pair.key[0]}:
        return Part(Cause.DEMAND, pair.fen, detail | {"way": pair.key[0], "our_way": next(iter(mine))})
    if _near(ours.quantity, theirs.quantity):
        return _same_quantity(pair, ours, theirs, detail)
    if ours.quantity and theirs.quantity:
        thirtieths = round_half_up(30 * ours.quantity, theirs.quantity)
        if 0 < thirtieths < 30 and abs(ours.quantity * 30 - theirs.quantity * thirtieths) < 30 * QUANTITY_TOLERANCE:
            return Part(Cause.PRORATION, pair.fen, detail | {"our_thirtieths": thirtieths, "their_thirtieths": 30})
        thirtieths = round_half_up(30 * theirs.quantity, ours.quantity)
        if 0 < thirtieths < 30 and abs(theirs.quantity * 30 - ours.quantity * thirtieths) < 30 * QUANTITY_TOLERANCE:
            return Part(Cause.PRORATION, pair.fen, detail | {"our_thirtieths": 30, "their_thirtieths": thirtieths})
    return Part(Cause.DEMAND, pair.fen, detail)


# --- power factor ---------------------------------------------------------------------------------------------------


def _power_factor(pair: Pair, differing: list[Pair], case: Case, made: list[Part]) -> Part:
    """The adjustment follows its base; what the base does not explain is the adjustment's own."""
    detail = _figures(pair)
    mine = next((line for line in pair.mine if line.kind == "power_factor"), None)
    if mine is None or pair.theirs is None:
        return Part(Cause.POWER_FACTOR, pair.fen, detail)
    rate, base = mine.price_e8 or 0, mine.quantity or 0
    other_base = base - sum(one.fen for one in differing if one is not pair and one.key != REST)
    detail |= {"ours_e8": rate, "base_fen": base, "their_base_fen": other_base, "standard": _standard(case)}
    follows = round_half_up(other_base * rate, DIVISORS[Unit.YUAN])
    if abs(follows - pair.theirs.amount_fen) <= 1 and made and pair.theirs.price_e8 in (None, rate):
        leading = max(made, key=lambda part: abs(part.fen))
        return Part(leading.cause, pair.fen, detail | {"follows": True})
    if abs(follows - pair.theirs.amount_fen) <= max(1, len(case.now.lines)) and pair.theirs.price_e8 in (None, rate):
        return Part(Cause.ROUNDING, pair.fen, detail)
    theirs_e8 = pair.theirs.price_e8
    if theirs_e8 is None and other_base:
        theirs_e8 = (
            round_half_up(pair.theirs.amount_fen * 10_000, abs(other_base)) * 10_000 * (1 if other_base > 0 else -1)
        )
    return Part(Cause.POWER_FACTOR, pair.fen, detail | {"theirs_e8": theirs_e8})


def _standard(case: Case) -> int:
    return max((case.now.rows[n].get("power_factor_standard", 0) for n in case.supply), default=0)


def _name_versions(made: list[Part], wanted: dict[Key, int], month: int, case: Case) -> None:
    """Say which published version has all of their prices, or the one that differs most."""
    if not case.supply:
        return
    own = case.now.segments[case.supply[0]].published.version
    fitting = that_price(wanted, month, own)
    for part in _priced(made):
        part.detail["matches"] = fitting
        part.detail["own"] = {"code": own.code, "from": str(own.valid_from), "zh": own.name.zh, "en": own.name.en}


def _priced(made: list[Part]) -> Iterator[Part]:
    return (part for part in made if part.cause == Cause.UNIT_PRICE)
