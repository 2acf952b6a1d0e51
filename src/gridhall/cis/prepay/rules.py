"""When an account is warned and when its supply may be stopped, as dated data."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from gridhall.kernel import dated
from gridhall.kernel.tariffs.types import Evidence


class OfClass(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits of a class of use: warned below ``alarm_fen``, supplied down to minus ``credit_fen``."""

    alarm_fen: int
    credit_fen: int


class Weather(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Heat and frost in which nobody is cut off: highest temperature of a day, in 0.1 °C."""

    above_celsius_tenths: int
    below_celsius_tenths: int


class Driving(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a command is waited for, how often it is sent, and when it is too old."""

    answer_s: int
    tries_max: int
    verify_s: int
    expire_hours: int


class Rules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of the rules."""

    code: str
    notice: str
    evidence: Evidence
    valid_from: date
    classes: dict[str, OfClass]
    otherwise: OfClass
    warn_hours: int
    fresh_hours: int
    restore_fen: int
    weather: Weather
    places: dict[str, str]
    commands: Driving
    notes: tuple[str, ...] = ()

    def of_class(self, use_class: str) -> OfClass:
        """The limits of a class of use."""
        return self.classes.get(use_class, self.otherwise)

    def place(self, path: str) -> str | None:
        """Whose weather counts at an organisation path."""
        fitting = [prefix for prefix in self.places if path.startswith(prefix)]
        return self.places[max(fitting, key=len)] if fitting else None


def every() -> tuple[Rules, ...]:
    """All versions, oldest first."""
    return dated.versions("prepay", Rules)


def places() -> set[str]:
    """Every place whose weather some version asks for."""
    return {place for version in every() for place in version.places.values()}


def in_force(on: date) -> Rules:
    """The rules that count on a day; before the first, the first."""
    return dated.in_force(every(), on)
