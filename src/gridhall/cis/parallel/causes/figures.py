"""Their figures in place of ours, one kind after the other, each bill rated again: what a figure moves is its part."""

from __future__ import annotations

from typing import Any

from gridhall.cis.parallel.causes.case import Case, Ours
from gridhall.cis.parallel.causes.rerating import Wanted, rerate, wanted
from gridhall.cis.parallel.models import Cause
from gridhall.kernel.calendars import PERIODS
from gridhall.kernel.money import round_half_up

DISPLAY_WH = 10  # two decimals of a kWh: what a bill prints
WHOLE_WH = 1_000  # old systems bill whole kWh
LOSSES, SUB_METERS = frozenset({"transformer", "line"}), frozenset({"sub"})  # steps of a segment's stored inputs


def energy(cases: list[Case], month: int) -> None:
    """Their energy where it differs from ours, and why: multiplier, losses, sub-meters, else the readings."""
    asked: list[tuple[Case, Wanted, str, dict[str, Any]]] = []
    for case in cases:
        found = _other_energy(case)
        if found is not None:
            asked.append((case, *found))
    for (case, _, cause, detail), changed in zip(asked, rerate([ask[1] for ask in asked], month), strict=True):
        if changed is not None:
            case.take(changed, cause, **detail)


def their_energy_wh(case: Case) -> int | None:
    """Supply energy on their bills, if they say it."""
    known = [bill.energy_wh for bill in case.theirs]
    return sum(e for e in known if e is not None) if known and None not in known else None


def _other_energy(case: Case) -> tuple[Wanted, str, dict[str, Any]] | None:
    theirs, ours = their_energy_wh(case), case.now.energy_wh
    if theirs is None or not case.supply:
        return None
    by_period = case.theirs[0].period_wh(PERIODS) if len(case.theirs) == 1 else None
    mine = case.now.rows[case.supply[0]]["period_wh"] if len(case.supply) == 1 else None
    if by_period is not None and mine is not None and sum(mine[1:]) and not by_period[0]:
        apart = max(abs(a - b) for a, b in zip(by_period, mine, strict=True))
    else:
        by_period, apart = None, abs(theirs - ours)
    if apart < DISPLAY_WH and not (theirs % WHOLE_WH == 0 and apart):
        return None
    cause, detail = _why(case, theirs, ours, apart)
    changes = _with_energy(case, theirs, ours, by_period, cause, detail)
    return wanted(case.now, changes), cause, detail


def _why(case: Case, theirs: int, ours: int, apart: int) -> tuple[str, dict[str, Any]]:
    detail: dict[str, Any] = {"theirs_wh": theirs, "ours_wh": ours}
    facts = case.theirs[0].facts
    own = _multiplier(case)
    if own and (other := _their_multiplier(facts, theirs, ours, own)):
        return Cause.MULTIPLIER, detail | {"theirs": other, "ours": own}
    if apart < WHOLE_WH and theirs % WHOLE_WH == 0:
        return Cause.ROUNDING, detail | {"of": "energy"}
    if (loss := facts.get("loss_wh")) and abs(theirs - loss - ours) < DISPLAY_WH:
        return Cause.LOSS, detail | {"loss_wh": loss}
    if (deducted := facts.get("deducted_wh")) and abs(theirs + deducted - ours) < DISPLAY_WH:
        return Cause.SUB_METER, detail | {"deducted_wh": deducted}
    for cause, kinds, name in ((Cause.LOSS, LOSSES, "loss_wh"), (Cause.SUB_METER, SUB_METERS, "deducted_wh")):
        own_wh = _step_wh(case, kinds)
        if own_wh and abs(theirs + own_wh - ours) < DISPLAY_WH:
            return cause, detail | {name: abs(own_wh), "ours_only": True}
    reads = [read for row in case.now.rows for read in row.get("reads", ()) if read["column"] is not None]
    detail |= {name: facts[name] for name in ("last_read", "this_read") if name in facts}
    if len(reads) == 1:
        detail |= {"our_last": reads[0]["last"], "our_this": reads[0]["this"], "decimals": reads[0]["decimals"]}
    return Cause.READING, detail


def _step_wh(case: Case, kinds: frozenset[str]) -> int:
    """What steps of these kinds add between our metered and our billed energy."""
    steps = [step for n in case.supply for step in case.now.rows[n].get("adjust", ())]
    return sum(sum(step["wh"]) for step in steps if step["kind"] in kinds)


def _multiplier(case: Case) -> int | None:
    """The one multiplier of the period, where there was one."""
    found = {meter.multiplier for n in case.supply for meter in case.now.segments[n].meters}
    return found.pop() if len(found) == 1 else None


def _their_multiplier(facts: dict[str, Any], theirs: int, ours: int, own: int) -> int | None:
    """Another multiplier that makes our energy theirs; one that the file names must do so too, to be the cause."""
    if ours <= 0 or theirs <= 0:
        return None
    other = round_half_up(theirs * own, ours)
    if other in (0, own) or abs(theirs * own - ours * other) > DISPLAY_WH * own:
        return None
    return other


def _with_energy(
    case: Case, theirs: int, ours: int, by_period: list[int] | None, cause: str, detail: dict[str, Any]
) -> dict[int, dict[str, Any]]:
    """Their energy on our segments: as they split it, else in the proportion of ours."""
    if detail.get("ours_only"):
        kinds = LOSSES if cause == Cause.LOSS else SUB_METERS
        return {n: _without_steps(case.now.rows[n], kinds) for n in case.supply}
    changes: dict[int, dict[str, Any]] = {}
    left, ours_left = theirs, ours
    for n in case.supply:
        row = case.now.rows[n]
        own = sum(row["period_wh"])
        share = left if own == ours_left else round_half_up(theirs * own, ours or 1)
        left, ours_left = left - share, ours_left - own
        changes[n] = {"period_wh": by_period or _spread(row["period_wh"], share)}
        if cause == Cause.MULTIPLIER:
            for name in ("demand_kw_e6", "reactive_varh"):
                changes[n][name] = round_half_up(row[name] * detail["theirs"], detail["ours"])
    return changes


def _without_steps(row: dict[str, Any], kinds: frozenset[str]) -> dict[str, Any]:
    """Energy per period and reactive energy as they were before steps of these kinds."""
    steps = [step for step in row.get("adjust", ()) if step["kind"] in kinds]
    period_wh = list(row["period_wh"])
    for step in steps:
        period_wh = [wh - added for wh, added in zip(period_wh, step["wh"], strict=True)]
    return {"period_wh": period_wh, "reactive_varh": row["reactive_varh"] - sum(s.get("lost_varh", 0) for s in steps)}


def _spread(period_wh: list[int], total: int) -> list[int]:
    whole = sum(period_wh)
    if not whole:
        return [total, *[0] * (len(period_wh) - 1)] if not any(period_wh[1:]) else period_wh
    spread, given, upto = [], 0, 0
    for own in period_wh:
        upto += own
        part = round_half_up(total * upto, whole) - given
        given += part
        spread.append(part)
    return spread


# --- tiers ----------------------------------------------------------------------------------------------------------


def tiers(cases: list[Case], month: int) -> None:
    """The energy that their split into tiers implies was used before, where it is not what we have."""
    asked: list[tuple[Case, Wanted, int, int]] = []
    for case in cases:
        carried = _their_carried(case, month)
        if carried is not None:
            before = case.now.rows[case.supply[0]]["tier_before_wh"]
            asked.append((case, wanted(case.now, {case.supply[0]: {"tier_before_wh": carried}}), carried, before))
    for (case, _, carried, before), changed in zip(asked, rerate([ask[1] for ask in asked], month), strict=True):
        if changed is not None and changed.total_fen != case.now.total_fen:
            case.take(changed, Cause.TIER_COUNTER, theirs_wh=carried, ours_wh=before)


def _their_carried(case: Case, month: int) -> int | None:
    """Energy used before by their tiers; None where they do not say, or say what we say."""
    if len(case.supply) != 1:
        return None
    segment, row = case.now.segments[case.supply[0]], case.now.rows[case.supply[0]]
    rule = segment.published.version.tiers
    if rule is None or month % 100 not in rule.months:
        return None
    if not _itemises_tiers(case):
        return None
    theirs = _by_tier(case.their_lines, case.now.energy_wh)
    ours = _by_tier(case.now.lines, case.now.energy_wh)
    if theirs is None or theirs == ours:
        return None
    step = next(one for one in rule.thresholds if month % 100 in one.months)
    return carried_wh(theirs, ends_wh(rule, step.kwh, row["persons"], row["tier_months"]))


def ends_wh(rule: Any, kwh: tuple[int, ...], persons: int, months: int) -> list[int]:
    """Upper ends of the tiers as rating takes them."""
    yearly = rule.basis == "year"
    large = rule.large_household
    extra = large.extra_kwh_per_month * (12 if yearly else 1) if large and persons >= large.persons_min else 0
    ends = [(end + extra) * 1000 for end in kwh]
    return [round_half_up(end * months, 12) for end in ends] if yearly else ends


def carried_wh(by_tier: list[int], ends: list[int]) -> int:
    """What was used before, from the energy in each tier: exact where a tier was filled up, else the least possible."""
    used = [tier for tier, energy in enumerate(by_tier) if energy]
    if not used:
        return 0
    lowest = used[0]
    start = ends[lowest - 1] if lowest else 0
    if len(used) > 1 and lowest < len(ends):
        return max(ends[lowest] - by_tier[lowest], 0)
    return start


def _itemises_tiers(case: Case) -> bool:
    """Whether their lines tell tiers apart, or are so complete that having no tier line means having no tier."""
    lines = case.their_lines
    if any(line.tier for line in lines):
        return True
    counted = sum(line.amount_fen for line in lines if line.kind != "component")
    return counted == case.theirs_fen and any(line.kind == "energy" and line.period for line in lines)


def _by_tier(lines: Any, energy_wh: int) -> list[int] | None:
    """Energy in each tier of a bill: from its tier lines, tier 1 being what the uplifts leave."""
    found: dict[int, int] = {}
    for line in lines:
        if line.tier and line.kind in ("energy", "tier"):
            if line.quantity is None:
                return None
            found[line.tier] = found.get(line.tier, 0) + line.quantity
    has_tiers = any(line.kind == "energy" and line.tier for line in lines)
    if not has_tiers:
        found[1] = energy_wh - sum(found.values())
    highest = max((tier for tier, energy in found.items() if energy), default=1)
    return [found.get(tier, 0) for tier in range(1, highest + 1)]


def proven(changed: Ours | None, case: Case) -> bool:
    """Whether a bill with a figure of theirs is theirs to the fen."""
    return changed is not None and changed.total_fen == case.theirs_fen
