"""From the codes in a file to metering points: each code is asked for once, each batch is resolved as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from gridhall.platform import bulk
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import Scope
from gridhall.readings.catalog import chunks, city_of
from gridhall.readings.models import MeteringPoint

UNKNOWN = -1
CODE_CHARACTERS = MeteringPoint._meta.get_field("code").max_length or 0


@dataclass
class Points:
    """Knows the points of one file. With ``create_under`` an unknown code becomes a new point below that unit.

    New points get their ids now and their rows at the publication, so that nothing shows before it; with ``dry`` (a
    preview) the ids are none that a point can have.
    A point outside the scope is as unknown as one that does not exist.
    """

    scope: Scope
    create_under: str | None = None
    dry: bool = False
    created: list[tuple[int, str, int]] = field(default_factory=list)  # primary key, code, values a day
    cities: list[str] = field(default_factory=list)
    _known: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    _common_path: str | None = None

    def resolve(self, codes: tuple[str, ...], slots: int) -> NDArray[np.int64]:
        """int64[len(codes), 3]: primary key or UNKNOWN, index into ``cities``, values a day (new: ``slots``)."""
        fresh = [code for code in codes if code not in self._known]
        if fresh:
            self._look_up(list(dict.fromkeys(fresh)), slots)
        return np.array([self._known[code] for code in codes], np.int64).reshape(-1, 3)

    @property
    def path(self) -> str:
        """The lowest unit that holds all points found; empty before the first."""
        return self._common_path or ""

    def write(self) -> None:
        """Insert the created points; IntegrityError where somebody else has made one of the codes meanwhile."""
        columns = ("id", "public_id", "code", "path", "slots", "utc_offset_minutes")
        path, offset = self.create_under, MeteringPoint._meta.get_field("utc_offset_minutes").default
        rows = ((pk, uuid7().hex, code, path, slots, offset) for pk, code, slots in self.created)
        with connection.wrap_database_errors:
            bulk.insert(MeteringPoint, columns, rows)

    def __len__(self) -> int:
        return sum(known[0] != UNKNOWN for known in self._known.values())

    def _look_up(self, codes: list[str], slots: int) -> None:
        for chunk in chunks(codes):
            rows = MeteringPoint.objects.filter(code__in=chunk).values_list("code", "pk", "path", "slots")
            for code, pk, path, own_slots in rows:
                if self.scope.covers(path):
                    self._add(code, pk, path, own_slots)
                else:
                    self._known[code] = (UNKNOWN, 0, 0)
        missing = [code for code in codes if code not in self._known]
        if self.create_under is not None:
            able = [code for code in missing if 0 < len(code) <= CODE_CHARACTERS]
            made = len(self.created)
            ids = range(-2 - made, -2 - made - len(able), -1) if self.dry else reserve_ids(len(able))
            for code, pk in zip(able, ids, strict=True):
                self._add(code, pk, self.create_under, slots)
                self.created.append((pk, code, slots))
        for code in missing:
            self._known.setdefault(code, (UNKNOWN, 0, 0))

    def _add(self, code: str, pk: int, path: str, slots: int) -> None:
        city = city_of(path)
        if city not in self.cities:
            self.cities.append(city)
        self._known[code] = (pk, self.cities.index(city), slots)
        while self._common_path and not path.startswith(self._common_path):
            self._common_path = self._common_path[: self._common_path[:-1].rfind("/") + 1]
        self._common_path = path if self._common_path is None else self._common_path


def reserve_ids(count: int) -> list[int]:
    """Primary keys for metering points that no other process will get, whether they are ever used or not."""
    if count == 0:
        return []
    table = MeteringPoint._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq", [count, table])
        row = cursor.fetchone()
        if row is None:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        last = row[0] if row else count
        return list(range(last - count + 1, last + 1))
