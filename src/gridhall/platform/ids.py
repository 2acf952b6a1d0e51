"""Public identifiers: random enough to show in a URL, ordered enough to index well (UUID version 7, RFC 9562).

And primary keys, for rows that are written with statements of our own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from uuid import UUID

from django.db import connection, models

from gridhall.platform import statements

_VERSION_7 = 7 << 76
_VARIANT = 2 << 62
_RANDOM_MASK = ((1 << 80) - 1) & ~(0xF << 76) & ~(0x3 << 62)


def uuid7() -> UUID:
    """A UUID whose first 48 bits are the millisecond it was made."""
    milliseconds = time.time_ns() // 1_000_000
    random_bits = int.from_bytes(os.urandom(10), "big") & _RANDOM_MASK
    return UUID(int=(milliseconds << 80) | _VERSION_7 | _VARIANT | random_bits)


def uuid7s(count: int) -> list[str]:
    """``count`` such identifiers as hexadecimal text, in one draw of random bits."""
    milliseconds = time.time_ns() // 1_000_000
    drawn = os.urandom(10 * count).hex()
    head = f"{milliseconds:012x}7"
    # 3 digits after the version, then the variant: one of 8, 9, a, b, from two bits of a drawn digit.
    return [
        f"{head}{drawn[i : i + 3]}{'89ab'[int(drawn[i + 3], 16) & 3]}{drawn[i + 4 : i + 19]}"
        for i in range(0, 20 * count, 20)
    ]


def next_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """``count`` new primary keys, ascending; call inside the transaction that inserts them. Nobody waits for another:
    where others insert at the same time the keys have gaps. Not for a table whose keys come from ``allocate_ids``."""
    if connection.vendor == "postgresql":
        text = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s::int)"
        return [pk for (pk,) in statements.fetch(text, [model._meta.db_table, count])]
    first = allocate_ids(model, count)
    return range(first, first + count)


def allocate_ids(model: type[models.Model], count: int) -> int:
    """The first of ``count`` consecutive new primary keys; call inside the transaction that inserts them."""
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        # The block is taken by moving the sequence, so two sessions must not do it at once.
        statements.run("SELECT pg_advisory_xact_lock(hashtext(%s))", [table])
        first = int(statements.fetch("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])[0][0])
        statements.run("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first + count - 1])
        return first
    return int(statements.fetch(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")[0][0])  # noqa: S608 - our own name
