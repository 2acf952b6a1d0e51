"""The one order in which actions lock rows. Two actions that lock in the same order cannot deadlock."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum, unique

from django.db import OperationalError, connection, models

PATIENCE_S = 10  # how long a page waits for rows that another request holds; SQLite's own time is in the settings
SQLITE_BUSY, LOCK_NOT_AVAILABLE = 5, "55P03"


@unique
class LockOrder(IntEnum):
    """Lower first. The audit head is always last: it is held for the shortest time."""

    JOB = 10
    BILL_RUN = 20
    PARALLEL_RUN = 25
    CHANNEL_LINK = 27
    STATEMENT = 28
    DIFFERENCE = 29
    SHIFT = 30
    ACCOUNT = 40
    AGREEMENT = 50
    METER = 60
    CASE = 65
    BILL = 70
    PAYMENT = 80
    COLLECTION = 83
    SUPPLY_COMMAND = 85
    TOKEN_DEVICE = 87
    PERIOD = 88
    CATALOG = 90
    AUDIT_HEAD = 100


def lock(queryset: models.QuerySet, *, free: bool = False) -> list:
    """Rows of ``queryset`` locked in primary-key order until the transaction ends; without those that others hold
    where only the ``free`` ones are wanted."""
    return list(queryset.select_for_update(of=("self",), skip_locked=free).order_by("pk"))


@contextmanager
def patience() -> Iterator[None]:
    """Wait at most PATIENCE_S for each lock of what happens inside; on PostgreSQL nothing else sets a limit."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{int(PATIENCE_S * 1000)}ms"])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def is_busy(error: OperationalError) -> bool:
    """Whether somebody else held a lock for too long."""
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    return getattr(cause, "sqlstate", None) == LOCK_NOT_AVAILABLE or (code is not None and code & 0xFF == SQLITE_BUSY)
