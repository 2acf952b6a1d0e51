"""Twelve billed months of some accounts: what each bill stored, and the supply that a plan would be chosen for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, Sum

from gridhall.cis.advice.plans import Plan, Supply
from gridhall.cis.billing.history import COUNTED, months_back
from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.network import queries as network
from gridhall.platform.bulk import day, fetch

MONTHS = 12
TIER_MONTHS = 12  # a tier year that an earlier month lies in begins so many months before it at most


@dataclass(slots=True)
class Row:
    """One segment of a bill as it was stored. ``chosen``: it belongs to the supply that a plan is chosen for."""

    account: int  # position
    month: int
    snapshot: int
    use_class: str
    stored: dict[str, Any]
    chosen: bool
    before_in_bill_wh: int  # energy of the bill's earlier segments

    @property
    def days(self) -> tuple[date, date]:
        return _date(self.stored["from"]), _date(self.stored["to"])


@dataclass(slots=True)
class Billed:
    """An account with its bills by month. ``used_wh`` is energy by month, further back, for counters of tiers."""

    account_id: int
    path: str
    opened_on: date
    supply: Supply | None = None
    agreement_id: int = 0
    point_id: int = 0
    supplies: int = 0
    by_curve: bool = False  # some month of the supply was measured by intervals
    billed_fen: dict[int, int] = field(default_factory=dict)
    used_wh: dict[int, int] = field(default_factory=dict)


def newest_month(where: Q) -> int | None:
    """The newest month with a released bill among some bills."""
    rows = Bill.objects.filter(where, state=Bill.State.RELEASED, kind__in=Bill.RATED)
    return rows.order_by("-month").values_list("month", flat=True).first()


def billed(account_ids: Sequence[int], until: int, on: date, agreement_id: int = 0) -> tuple[list[Billed], list[Row]]:
    """The open accounts of these with their bills of the twelve months up to ``until``, and the supply of ``on``."""
    accounts = supplies(account_ids, on, agreement_id)
    if not accounts:
        return [], []
    first = months_back(until, MONTHS - 1)
    place = {account.account_id: n for n, account in enumerate(accounts)}
    _used(accounts, place, months_back(first, TIER_MONTHS), until)
    return accounts, _rows(accounts, place, first, until)


def supplies(account_ids: Sequence[int], on: date, agreement_id: int = 0) -> list[Billed]:
    """The open accounts of these with the supply of the day, and how many there are; of several the agreement's or
    the first."""
    columns = ("pk", "path", "opened_on")
    open_ = Account.objects.filter(pk__in=account_ids, status=Account.Status.ACTIVE).order_by("pk")
    accounts = [Billed(*row) for row in open_.values_list(*columns)]
    rows = Agreement.objects.on(on).filter(account__in=[account.account_id for account in accounts])
    held: dict[int, list[Agreement]] = defaultdict(list)
    supply = rows.filter(direction=Agreement.Direction.IMPORT).select_related("service_point")
    for agreement in supply.order_by("account", "pk"):
        held[agreement.account_id].append(agreement)
    chosen = {key: next((one for one in every if one.pk == agreement_id), every[0]) for key, every in held.items()}
    terms = network.terms_on([one.service_point_id for one in chosen.values()], on)
    for account in accounts:
        account.supplies = len(held[account.account_id])
        one = chosen.get(account.account_id)
        if one and (term := terms.get(one.service_point_id)):
            plan = Plan(one.tariff_code, one.charging)
            account.supply = Supply(plan, term.supply_voltage_v, term.operating_capacity_kva_e6, term.use_class)
            account.agreement_id, account.point_id = one.pk, one.service_point.point_id
    return accounts


def _used(accounts: list[Billed], place: dict[int, int], first: int, until: int) -> None:
    """Reversed bills stay in the sums and their reversals take them out again, as the counters of bills have it."""
    rows = Bill.objects.filter(COUNTED, account__in=list(place), month__gte=first, month__lte=until)
    for account, month, wh in rows.values_list("account_id", "month").annotate(wh=Sum("energy_wh")).order_by():
        accounts[place[account]].used_wh[month] = wh


def _rows(accounts: list[Billed], place: dict[int, int], first: int, until: int) -> list[Row]:
    bills = Bill.objects.filter(
        account__in=list(place), month__gte=first, month__lte=until, state=Bill.State.RELEASED, kind__in=Bill.RATED
    )
    columns = ("account_id", "month", "snapshot", "use_class", "total_fen", "inputs")
    found = []
    for account_id, month, snapshot, use_class, total_fen, inputs in fetch(
        bills.order_by("account_id", "month", "pk").values_list(*columns)
    ):
        number, running = place[account_id], 0
        account = accounts[number]
        account.billed_fen[month] = account.billed_fen.get(month, 0) + total_fen
        for segment in stored(inputs):
            export = bool(segment["export"])
            chosen = not export and segment["point"] == account.point_id
            account.by_curve |= chosen and "reads" not in segment
            found.append(Row(number, month, snapshot, use_class, segment, chosen, running))
            running += 0 if export else sum(segment["period_wh"])
    return found


def _date(text: str) -> date:
    found = day(text)
    assert found is not None
    return found
