"""The jobs of the books: figures for the pages."""

from __future__ import annotations

from datetime import timedelta

from gridhall.cis.books import days, open_bills
from gridhall.platform.jobs import Running, handler


@handler("books-days", every=timedelta(minutes=5))
def count_days(running: Running) -> None:
    """Days that were posted to since the last time."""
    days.catch_up(running.report)


@handler("books-open-bills", every=timedelta(minutes=5))
def count_open_bills(running: Running) -> None:
    """Bills of the accounts that moved since the last time."""
    open_bills.catch_up(running.report)
