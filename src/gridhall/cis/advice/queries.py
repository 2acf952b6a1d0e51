"""What other plans would have cost, always in scope."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from gridhall.cis.advice.billed import newest_month, supplies
from gridhall.cis.advice.comparing import Compared, compare
from gridhall.cis.advice.models import AdviceRun, BestPlan, ShadowBill
from gridhall.cis.advice.plans import Catalogue, Charging, Plan
from gridhall.cis.advice.shifting import Shift
from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.parallel.causes.case import Line
from gridhall.cis.parallel.causes.pairing import Pair, pairs
from gridhall.kernel.money import format_yuan
from gridhall.kernel.tariffs import PERIODS, TariffVersion
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope, ScopedQuerySet

CSV_ROWS_PER_STEP = 5_000


def advice(
    scope: Scope, account_id: int, catalogue: Catalogue, *, agreement_id: int = 0, shift: Shift | None = None
) -> Compared | None:
    """The twelve months up to the newest bill under every plan that is open to the account on the catalogue's day.

    ``agreement_id`` chooses one of several supplies, ``shift`` assumes other hours of use, both as in ``compare``.
    None where there is nothing to compare: no bill, no supply, or the account is closed. Raises NotInScope.
    """
    if not Account.objects.within(scope).filter(pk=account_id).exists():
        raise NotInScope()
    until = newest_month(Q(account=account_id))
    if until is None:
        return None
    return next(iter(compare([account_id], until, catalogue, agreement_id=agreement_id, shift=shift)), None)


def supplies_of(scope: Scope, account_id: int, on: date) -> list[Agreement]:
    """What supplies an account on a day, the first first, each with its service point."""
    rows = Agreement.objects.within(scope).on(on).filter(account=account_id, direction=Agreement.Direction.IMPORT)
    return list(rows.select_related("service_point__point").order_by("pk"))


@dataclass(frozen=True)
class Movable:
    """Between which periods use can be moved, in the order of PERIODS, and whose they are."""

    hours: TariffVersion
    periods: list[str]


def movable(found: Compared, catalogue: Catalogue) -> Movable | None:
    """The periods of the present plan, else of the first other one with some; None where nothing was measured so."""
    plans = found.options if found.account.by_curve else found.options[:1]
    versions = [version for option in plans if (version := catalogue.version(option.plan.code)) and version.calendar]
    if not versions:
        return None
    used = {period for season in versions[0].energy for period in season.prices.periods()}
    return Movable(versions[0], [period for period in PERIODS if period in used])


def catalogue(on: date) -> Catalogue:
    """The plans of a day, with the rules of choosing between them."""
    return Catalogue(on)


@dataclass(frozen=True)
class Choices:
    """The plans that are open to an account today, the present one first, and the agreement that would end."""

    plans: list[Plan]
    agreement: Agreement


def choices(scope: Scope, account_id: int, catalogue: Catalogue, agreement_id: int = 0) -> Choices | None:
    """Without rating anything; None where the account is closed or not supplied. Raises NotInScope."""
    if not Account.objects.within(scope).filter(pk=account_id).exists():
        raise NotInScope()
    account = next(iter(supplies([account_id], catalogue.on, agreement_id)), None)
    if account is None or account.supply is None:
        return None
    return Choices(catalogue.choices(account.supply), Agreement.objects.get(pk=account.agreement_id))


def runs(scope: Scope) -> ScopedQuerySet[AdviceRun]:
    """Runs over everybody, newest first."""
    return AdviceRun.objects.within(scope).select_related("job").order_by("-created_at", "-pk")


def run(scope: Scope, public_id: UUID | str) -> AdviceRun | None:
    """One run."""
    return runs(scope).filter(public_id=public_id).first()


def savings(
    scope: Scope, *, run: AdviceRun | None = None, least_fen: int = 1, complete: bool = True, plan_code: str = ""
) -> ScopedQuerySet[BestPlan]:
    """The latest best plan of accounts, the largest saving first; the page slices it.

    With a ``run`` only what it found and no later run wrote over: read off an index in its order. ``least_fen`` 0 with
    ``complete`` False gives those, too, whose saving cannot be told.
    """
    rows = BestPlan.objects.within(scope).filter(saving_fen__gte=least_fen)
    if run is not None:
        rows = rows.filter(run=run)
    if complete:
        rows = rows.filter(complete=True)
    if plan_code:
        rows = rows.filter(best_code=plan_code)
    return rows.select_related("account__customer").order_by("-saving_fen", "-pk")


def csv_rows(rows: ScopedQuerySet[BestPlan]) -> Iterator[str]:
    """Savings as CSV text in steps, with account numbers and without personal data."""
    yield "\ufeffaccount,unit,months,billed,plan,plan_charging,best_plan,best_charging,best,saving\r\n"
    columns = (
        "account__number", "path", "months", "billed_fen", "plan_code", "plan_charging", "best_code", "best_charging",
        "best_fen", "saving_fen",
    )  # fmt: skip
    text = io.StringIO()
    writer = csv.writer(text)
    for n, row in enumerate(rows.values_list(*columns).iterator(chunk_size=CSV_ROWS_PER_STEP), 1):
        number, path, months, billed, code, way, best, best_way, best_fen, saving = row
        money = [format_yuan(fen) for fen in (billed, best_fen, saving)]
        ways = [Charging(value).name.lower() for value in (way, best_way)]
        writer.writerow([number, path, months, money[0], code, ways[0], best, ways[1], *money[1:]])
        if n % CSV_ROWS_PER_STEP == 0:
            yield text.getvalue()
            text.seek(0), text.truncate()
    yield text.getvalue()


def shadow_bills(scope: Scope, account_id: int) -> ScopedQuerySet[ShadowBill]:
    """Bills of others for an account that are kept, newest first."""
    rows = ShadowBill.objects.within(scope).filter(account_id=account_id, state=ShadowBill.State.KEPT)
    return rows.order_by("-created_at", "-pk")


def shadow_bill(scope: Scope, public_id: UUID | str) -> ShadowBill | None:
    """One of them with its account, discarded or not."""
    rows = ShadowBill.objects.within(scope).select_related("account__customer")
    return rows.filter(public_id=public_id).first()


def shadow_pairs(shadow: ShadowBill) -> list[Pair]:
    """Both bills line by line, at the finest grain that the other bill has."""
    ours, theirs = ([Line(*line) for line in lines] for lines in (shadow.our_lines, shadow.lines))
    if shadow.ours_fen is None:
        return []
    return pairs(ours, theirs, shadow.amount_fen, bool(shadow.facts.get("added")))
