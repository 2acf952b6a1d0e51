"""The days a demo city lives through: thirteen whole billed months, then the days of the month that is running."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from gridhall.kernel import shipped

MONTHS = 13
CURVE_DAYS = 40


class NotCovered(ValueError):
    """The shipped tariffs do not hold for thirteen months before this day."""


@dataclass(frozen=True)
class Span:
    """``today`` is the first day without readings; ``months`` are the billed ones, YYYYMM, oldest first."""

    today: date
    months: tuple[int, ...]

    @property
    def first(self) -> date:
        """The day on which everybody's supply begins."""
        return first_of(self.months[0])

    @property
    def running(self) -> date:
        """The first day of the month that is not billed yet."""
        return first_of(following(self.months[-1]))

    @property
    def rollout(self) -> date:
        """From here on smart meters are billed by curve: the first day of the last closed month."""
        return first_of(self.months[-1])

    @property
    def curves_from(self) -> date:
        """The first day of curves: the roll-out, or earlier where that is less than CURVE_DAYS ago."""
        return min(self.rollout, self.today - timedelta(days=CURVE_DAYS))

    @property
    def days(self) -> list[date]:
        """Every day with readings."""
        return [self.first + timedelta(days=n) for n in range((self.today - self.first).days)]


def first_of(month: int) -> date:
    """The first day of YYYYMM."""
    return date(month // 100, month % 100, 1)


def following(month: int) -> int:
    """The month after YYYYMM."""
    return month + 1 if month % 100 < 12 else month + 89


def span_until(today: date, tariffs: set[str]) -> Span:
    """The span that ends before ``today``, or before the end of ``tariffs`` where that comes first.

    Raises NotCovered where the tariffs begin too late.
    """
    begins, ends = _covered(tariffs)
    if ends is not None and today > ends:
        today = ends
    month = today.year * 100 + today.month
    months = [month]
    while len(months) <= MONTHS:
        months.insert(0, _before(months[0]))
    if first_of(months[0]) < begins:
        raise NotCovered(f"the shipped prices begin on {begins}: choose a day from {_earliest(begins)} on")
    return Span(today, tuple(months[:-1]))


def _before(month: int) -> int:
    return month - 1 if month % 100 > 1 else month - 89


def _earliest(begins: date) -> date:
    month = begins.year * 100 + begins.month
    for _ in range(MONTHS):
        month = following(month)
    return first_of(month)


def _covered(codes: set[str]) -> tuple[date, date | None]:
    """First day, and first day after, on which every one of the tariffs holds."""
    versions = shipped.tariffs()
    begins = max(versions[code][0].valid_from for code in codes)
    ends = [versions[code][-1].valid_to for code in codes]
    return begins, min((end for end in ends if end is not None), default=None)
