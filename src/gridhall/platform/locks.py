"""The one order in which actions lock rows. Two actions that lock in the same order cannot deadlock."""

from enum import IntEnum

from django.db import models


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
    SUPPLY_COMMAND = 85
    TOKEN_DEVICE = 87
    COLLECTION = 85
    PERIOD = 87
    CATALOG = 90
    AUDIT_HEAD = 100


def lock(queryset: models.QuerySet) -> list:
    """Rows of ``queryset`` locked in primary-key order until the transaction ends."""
    return list(queryset.select_for_update(of=("self",)).order_by("pk"))
