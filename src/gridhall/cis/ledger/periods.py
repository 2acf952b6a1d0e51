"""Which days of the books are closed. Closing itself is a matter of ``cis/books``; posting asks here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection, models
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gridhall.platform import statements
from gridhall.platform.errors import Refused
from gridhall.platform.models import OrgUnit
from gridhall.platform.scope import EVERYTHING, path_range

_LOCK = 7_420_001  # any number of ours: postings share it, closing wants it alone


class PeriodClosed(Refused):
    """The books are closed on the day that an entry was to be effective on."""


def city_of(path: str) -> str:
    """The first two steps of a unit's path: books are closed by city."""
    return "/".join(path.split("/")[:2]).rstrip("/") + "/"


def closed(cities: Iterable[str] | None = None) -> dict[str, date]:
    """City path → the first open day; cities whose books were never closed are absent."""
    wanted = "" if cities is None else f" AND {statements.among('path')}"
    rows = statements.fetch(
        f"SELECT path, MAX(end_on) FROM ledger_period WHERE state = 'closed'{wanted} GROUP BY path ORDER BY path",  # noqa: S608 - our own text
        [] if cities is None else [statements.listed(sorted(set(cities)))],
    )
    return {path: statements.as_day(end) for path, end in rows}


def first_open_day(path: str, wanted: date) -> date:
    """``wanted``, or the first day after it on which the books of the unit's city are open."""
    city = city_of(path)
    return max(wanted, closed([city]).get(city, wanted))


def require_open(paths: Iterable[str], on: date) -> None:
    """Raises PeriodClosed when the books of one of the units are closed on the day."""
    _hold()
    for city, first_open in closed(map(city_of, paths)).items():
        _require(city, first_open, on)


def require_open_for(source: models.QuerySet, on: date) -> None:
    """The same for the units of a query's rows, which have a ``path``."""
    _hold()
    for city, first_open in closed().items():
        if on < first_open and source.filter(path_range("path", city)).exists():
            _require(city, first_open, on)


def _require(city: str, first_open: date, on: date) -> None:
    if on < first_open:
        raise PeriodClosed(
            _(
                "The books of %(city)s are closed up to %(last)s, and this would count on %(day)s. Choose a day from "
                "%(first)s on, or ask an accountant to open the month again."
            )
            % {
                "city": _name(city),
                "last": date_format(first_open - timedelta(days=1)),
                "day": date_format(on),
                "first": date_format(first_open),
            }
        )


def _name(city: str) -> str:
    unit = OrgUnit.objects.within(EVERYTHING).filter(path=city).first()
    return city if unit is None else unit.name_zh if (get_language() or "").startswith("zh") else unit.name_en


def _hold() -> None:
    """Nobody closes books while this transaction posts. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        statements.run("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])


def alone() -> bool:
    """Whether no other transaction is posting now; then none begins to until this one ends."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
