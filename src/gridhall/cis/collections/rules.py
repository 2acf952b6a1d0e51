"""How debts are collected, as dated data: stages of dunning, friendly hours, clocks of disconnection."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal

from django.utils import timezone
from msgspec import Struct

from gridhall.kernel import shipped
from gridhall.kernel.dated import in_force, versions
from gridhall.kernel.tariffs.types import Evidence

Payer = Literal["residential", "other"]
RESIDENTIAL_CLASSES = ("residential", "shared_meter")
SATURDAY = 5


class ByPayer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number for residents and for all others."""

    residential: int
    other: int

    def of(self, payer: str) -> int:
        return self.residential if payer == "residential" else self.other


class ChannelByPayer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How residents and others are reached when they chose nothing."""

    residential: str
    other: str

    def of(self, payer: str) -> str:
        return self.residential if payer == "residential" else self.other


class Friendly(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours ``[from_hour, to_hour)`` of local time in which people may be disturbed; days off count or not."""

    from_hour: int
    to_hour: int
    rest_days: bool

    def holds(self, at: datetime) -> bool:
        local = timezone.localtime(at)
        return self.from_hour <= local.hour < self.to_hour and (self.rest_days or not rest_day(local.date()))

    def next(self, at: datetime) -> datetime:
        """``at`` itself where it is friendly, else the next moment that is."""
        if self.holds(at):
            return at
        local = timezone.localtime(at)
        day = local.date() + timedelta(days=local.hour >= self.from_hour)
        while not self.rest_days and rest_day(day):
            day += timedelta(days=1)
        return datetime.combine(day, time(self.from_hour), tzinfo=local.tzinfo)


class Stage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``channel`` is one of the touch's channels, or ``preferred``: what the customer chose."""

    code: str
    after_days: ByPayer
    channel: str


class DunningRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of how debts are reminded of; stages in the order of their days."""

    code: str
    notice: str
    evidence: Evidence
    valid_from: date
    smallest_debt_fen: ByPayer
    friendly: Friendly
    usual_channel: ChannelByPayer
    stages: tuple[Stage, ...]
    notes: tuple[str, ...] = ()

    def stage(self, payer: str, days_overdue: int) -> int:
        """Position of the stage that a debt of this age has reached; -1 before the first."""
        return sum(stage.after_days.of(payer) <= days_overdue for stage in self.stages) - 1


class Days(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At least and at most so many days."""

    least: int
    most: int


class Season(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From a day of the year to another, both inside, written ``MM-DD``; it may run over the year's end."""

    first: str
    last: str

    def holds(self, day: date) -> bool:
        found = f"{day:%m-%d}"
        if self.first <= self.last:
            return self.first <= found <= self.last
        return found >= self.first or found <= self.last


Effect = Literal["forbids", "forbids_in_winter", "copy_to_authority"]


class DisconnectionRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of the clocks of law; ``protections`` says what each reason on the list does."""

    code: str
    notice: str
    evidence: Evidence
    valid_from: date
    overdue_days: int
    reminded_days_before: int
    notice_days: Days
    final_minutes: int
    reconnect_hours: int
    approval: Literal["before_notice", "after_notice"]
    friendly: Friendly
    winter: Season
    protections: dict[str, Effect]
    notes: tuple[str, ...] = ()


def dunning(on: date) -> DunningRules:
    """The rules that count on a day; before the first, the first."""
    return in_force(versions("dunning", DunningRules), on)


def disconnection(on: date) -> DisconnectionRules:
    """The rules that count on a day; before the first, the first."""
    return in_force(versions("disconnection", DisconnectionRules), on)


def payer_of(use_class: str) -> Payer:
    """Residents and those who share a meter with them, or all others."""
    return "residential" if use_class in RESIDENTIAL_CLASSES else "other"


def rest_day(day: date) -> bool:
    """A day off as announced; where no announcement is at hand yet, the weekend, so that dunning goes on."""
    try:
        return shipped.holidays().is_rest_day(day)
    except ValueError:
        return day.weekday() >= SATURDAY
