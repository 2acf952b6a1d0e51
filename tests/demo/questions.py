"""What the tests of this folder ask a city, answered in one process: ``python -m tests.demo.questions`` prints JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import django

TODAY = date(2026, 11, 21)
ASKED: dict[str, Callable[[], Any]] = {}


def question(function: Callable[[], Any]) -> Callable[[], Any]:
    """Register a question under its own name."""
    ASKED[function.__name__] = function
    return function


@question
def books() -> list[Any]:
    """Faults of the ledger, the sum of all balances, broken links of the audit chain."""
    from gridhall.cis.ledger import queries
    from gridhall.platform import audit

    return [queries.problems(), sum(queries.trial_balance().values()), list(audit.broken_links())]


@question
def reports_of_the_books() -> list[list[int]]:
    """Pairs that are equal when the reports prove each other: ages, penalties, bills, funds, collection."""
    from gridhall.cis.books import aged, balances, revenue
    from gridhall.cis.ledger import chart
    from gridhall.platform.scope import EVERYTHING

    first, end, province = date(2000, 1, 1), date(2100, 1, 1), "32/"
    open_now = aged.aged(EVERYTHING, province, TODAY)
    billed = revenue.revenue(EVERYTHING, province, first, end)
    months = [revenue.collection(EVERYTHING, province, *one, lambda path: path) for one in _months()]
    return [
        [sum(row.principal_fen for row in open_now), balances.balance_fen(province, chart.RECEIVABLE, end)],
        [sum(row.other_fen for row in open_now), balances.balance_fen(province, chart.PENALTY_RECEIVABLE, end)],
        [billed.billed_fen, billed.booked_fen],
        [billed.funds_fen, billed.booked_funds_fen],
        [sum(part.proved for month in months for part in month.values()), sum(len(month) for month in months)],
    ]


def _months() -> list[tuple[date, date]]:
    firsts = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(9, 24)]
    return list(pairwise(firsts))


@question
def bills_that_differ() -> list[Any]:
    """How many bills there are, and the numbers of those that compute to something else."""
    from gridhall.cis.billing.models import Bill
    from gridhall.cis.billing.queries import recompute
    from gridhall.platform.scope import EVERYTHING

    bills = list(Bill.objects.within(EVERYTHING))
    return [len(bills), [bill.number for bill in bills if not recompute(bill).identical]]


@question
def months_and_classes() -> list[list[Any]]:
    """Months and use classes with released bills."""
    from gridhall.cis.billing.models import Bill
    from gridhall.platform.scope import EVERYTHING

    rows = Bill.objects.within(EVERYTHING).filter(state="released")
    return [sorted(set(rows.values_list(name, flat=True))) for name in ("month", "use_class")]


@question
def days_of_curves() -> list[int]:
    """Days with a curve among the last forty, point by point."""
    from gridhall.readings import queries
    from gridhall.readings.models import MeteringPoint
    from gridhall.readings.store import Quantity

    points = list(MeteringPoint.objects.order_by("pk").values_list("pk", flat=True))
    found = queries.curves(points, Quantity.ACTIVE_IMPORT, TODAY - timedelta(days=40), TODAY)
    return [int(days) for days in found.present.sum(axis=1)]


@question
def cast_not_found() -> list[str]:
    """Who of the cast a search for the English or the Chinese name misses."""
    from gridhall.cis.customers.models import Account
    from gridhall.cis.customers.search.hits import search
    from gridhall.demo.cast import CAST
    from gridhall.platform.scope import EVERYTHING

    numbers = dict(Account.objects.within(EVERYTHING).values_list("customer__name", "number"))
    return [
        said
        for en, part in CAST.items()
        for said in (en, part.zh)
        if numbers[f"{part.zh} {en}"] not in {hit.number for hit in search(EVERYTHING, said)}
    ]


@question
def tiers_of_ms_li() -> list[list[Any]]:
    """Months of this year with the tiers on the bill."""
    from gridhall.cis.billing.models import Bill
    from gridhall.platform.scope import EVERYTHING

    bills = Bill.objects.within(EVERYTHING).filter(account__customer__name__contains="Ms Li", month__gte=202601)
    return [
        [bill.month, sorted({line.item.tier for line in bill.lines.select_related("item")})]
        for bill in bills.order_by("month")
    ]


@question
def debt_of_lao_zhou() -> list[int]:
    """Open bills, and their penalties in fen."""
    from gridhall.cis.customers.models import Account
    from gridhall.cis.payments.queries import standing
    from gridhall.platform.scope import EVERYTHING

    account = Account.objects.within(EVERYTHING).get(customer__name__contains="Lao Zhou")
    items = standing(account.pk, TODAY).items
    return [len(items), sum(item.penalty_fen for item in items)]


@question
def payments() -> list[Any]:
    """Ways of payment in use; whether any lies in the future; cash that no counted till holds."""
    from gridhall.cis.payments.models import Payment
    from gridhall.platform.scope import EVERYTHING

    rows = Payment.objects.within(EVERYTHING)
    late = rows.filter(received_at__date__gte=TODAY).count()
    loose = rows.filter(method="cash", shift__closed_at__isnull=True).count()
    return [sorted(set(rows.values_list("channel", "method"))), late, loose]


@question
def first_look() -> list[Any]:
    """What pages show: file, messages, differences, cases, tokens and mandates, suspense."""
    from gridhall.cis.cases.models import Case
    from gridhall.cis.channels.models import Mandate, Message, PartnerFile
    from gridhall.cis.ledger.queries import trial_balance
    from gridhall.cis.prepay.models import TokenDevice
    from gridhall.cis.reconcile.models import Difference
    from gridhall.platform.scope import EVERYTHING

    file = PartnerFile.objects.within(EVERYTHING).get()
    return [
        [file.state, file.booked, [code for _row, _serial, code in file.refused], file.kept_by, file.posted_by],
        list(Message.objects.within(EVERYTHING).values_list("state", "payment__state")),
        list(Difference.objects.within(EVERYTHING).values_list("kind", "state")),
        list(Case.objects.within(EVERYTHING).values_list("kind", "state")),
        [TokenDevice.objects.within(EVERYTHING).count(), Mandate.objects.within(EVERYTHING).count()],
        trial_balance()["suspense"],
    ]


@question
def to_decide() -> list[Any]:
    """Months with open exceptions, their kinds, and the number of open issues of readings."""
    from gridhall.cis.billing.models import BillException
    from gridhall.platform.scope import EVERYTHING
    from gridhall.readings.models import Issue

    rows = BillException.objects.within(EVERYTHING).filter(outcome="open")
    kinds, months = (sorted(set(rows.values_list(name, flat=True))) for name in ("kind", "run__month"))
    return [months, kinds, Issue.objects.within(EVERYTHING).filter(state="open").count()]


@question
def stories() -> list[Any]:
    """Kinds of bills, and how many accounts are closed."""
    from gridhall.cis.billing.models import Bill
    from gridhall.cis.customers.models import Account
    from gridhall.platform.scope import EVERYTHING

    kinds = sorted(set(Bill.objects.within(EVERYTHING).values_list("kind", flat=True)))
    return [kinds, Account.objects.within(EVERYTHING).filter(status="closed").count()]


if __name__ == "__main__":
    django.setup()
    json.dump({name: ask() for name, ask in ASKED.items()}, sys.stdout)
