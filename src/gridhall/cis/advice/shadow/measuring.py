"""The energy of a bill of others in place of our readings, where we have none of its days."""

from __future__ import annotations

from collections.abc import Sequence

from gridhall.cis.advice.shadow.other import OtherBill
from gridhall.cis.billing.calculate import Measuring
from gridhall.cis.billing.measure import Measured
from gridhall.cis.billing.supply import Segment
from gridhall.kernel.calendars import PERIODS
from gridhall.kernel.money import round_half_up
from gridhall.kernel.rating import CHARGING_CONTRACT, CHARGING_DEMAND

NO_ENERGY, NO_PERIODS, NO_DEMAND, NO_POWER_FACTOR = "no_energy", "no_periods", "no_demand", "no_power_factor"


def measured_by(other: OtherBill) -> Measuring:
    """What the bill says of every segment of its days, spread by days; what it does not say is a problem.

    The segments must be nobody else's: their power-factor standard is taken out.
    """

    def measure(segments: Sequence[Segment], _snapshot: int, _cities: Sequence[str]) -> Measured:
        result = Measured.nothing(len(segments))
        supply = [n for n, segment in enumerate(segments) if not segment.export]
        days = sum(segments[n].days for n in supply)
        upto = 0
        for n in supply:
            segment = segments[n]
            segment.power_factor_standard = 0  # no bill prints reactive energy: without readings it is not adjusted for
            before, upto = upto, upto + segment.days
            why = _energy(other, segment, result, n, (before, upto, days)) or _demand(other, segment, result, n)
            if why:
                result.problems[n] = (why, {"tariff": segment.published.version.code})
        return result

    return measure


def _energy(other: OtherBill, segment: Segment, result: Measured, n: int, share: tuple[int, int, int]) -> str:
    """The segment's part of the energy, by the days up to it; or the reason why there is none."""
    by_period = _by_period(other)
    if other.known_wh is None:
        return NO_ENERGY
    if segment.published.version.calendar is None:
        result.period_wh[n, 0] = _part(other.known_wh, share)
        return ""
    if by_period is None:
        return NO_PERIODS
    for period, wh in enumerate(by_period):
        result.period_wh[n, period] = _part(wh, share)
    return ""


def _by_period(other: OtherBill) -> list[int] | None:
    """Energy by period where all of it is split; a total among the periods is no split."""
    found = other.theirs().period_wh(PERIODS)
    return found if found is not None and not found[0] and sum(found) == other.known_wh else None


def _part(wh: int, share: tuple[int, int, int]) -> int:
    before, upto, days = share
    return round_half_up(wh * upto, days) - round_half_up(wh * before, days)


def _demand(other: OtherBill, segment: Segment, result: Measured, n: int) -> str:
    """The demand that the bill prints, where the agreement asks for a measured one."""
    if segment.charging not in (CHARGING_CONTRACT, CHARGING_DEMAND):
        return ""
    printed = [line.quantity for line in other.lines if line.kind == "demand" and line.quantity is not None]
    if not printed:
        return NO_DEMAND
    result.demand_kw_e6[n] = max(printed)
    return ""
