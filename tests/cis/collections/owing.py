"""Debts of a chosen age for the cast, and a moment of a working day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

from django.utils import timezone

from gridhall.cis.billing.models import Bill
from gridhall.cis.collections import jobs as days
from gridhall.platform import jobs
from gridhall.platform.models import Notification
from gridhall.platform.notifications import deliver_one
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import put_month, released

TODAY = date(2026, 7, 1)  # a Wednesday, no day off near


def ten_oclock(day: date = TODAY) -> datetime:
    """Ten in the morning in Shanghai."""
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Everything inside happens at a moment."""
    with patch("django.utils.timezone.now", lambda: moment):
        yield


def overdue(cast: Cast, **days_overdue: int) -> None:
    """January and February billed for everybody; due in the future, but for those named with the age of January's bill.

    Names are written with underscores: ``Lao_Zhou=40``.
    """
    for month in (202601, 202602):
        put_month(cast, month)
        released(cast, month)
    bills = Bill.objects.within(EVERYTHING)
    bills.update(due_on=TODAY + timedelta(days=60))
    for name, age in days_overdue.items():
        account = cast.accounts[name.replace("_", " ")]
        bills.filter(account=account, month=202601).update(due_on=TODAY - timedelta(days=age))


def dun(day: date = TODAY) -> None:
    """The job of a day, as the worker does it in the morning."""
    with at(ten_oclock(day)):
        days.submit(day)
        jobs.run_until_idle()
        send_messages()


def send_messages() -> None:
    """Everything that is due goes out, as the worker does it."""
    for message in Notification.objects.filter(due_at__lte=timezone.now()).order_by("pk"):
        deliver_one(message)
