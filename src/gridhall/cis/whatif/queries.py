"""Populations and what-ifs within a scope, and the answer while somebody drags."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Account
from gridhall.cis.tariffs.queries import parsed
from gridhall.cis.whatif.columns import Columns, load
from gridhall.cis.whatif.compute import CannotRate, Outcome, what_if
from gridhall.cis.whatif.models import Population, Scenario
from gridhall.cis.whatif.summary import summary
from gridhall.cis.whatif.taking import LIVE
from gridhall.kernel.money import format_yuan
from gridhall.kernel.tariffs import TariffVersion, from_json
from gridhall.platform.errors import Refused
from gridhall.platform.scope import EVERYTHING, Scope, path_range

MONTHS_OFFERED = 24
CSV_ROWS_PER_STEP = 5_000


def populations(scope: Scope) -> QuerySet[Population]:
    """Newest first."""
    return Population.objects.within(scope).select_related("job").order_by("-created_at", "-pk")


def population(scope: Scope, public_id: UUID) -> Population:
    """One population; to a stranger it does not exist."""
    return populations(scope).get(public_id=public_id)


def scenarios(scope: Scope) -> QuerySet[Scenario]:
    """Newest first."""
    return Scenario.objects.within(scope).select_related("population", "parent").order_by("-created_at", "-pk")


def scenario(scope: Scope, public_id: UUID) -> Scenario:
    """One kept what-if."""
    return scenarios(scope).get(public_id=public_id)


def months(scope: Scope) -> list[int]:
    """Months with bills, newest first."""
    rows = Bill.objects.within(scope).filter(state__in=LIVE, kind__in=Bill.RATED).order_by("-month")
    return list(rows.values_list("month", flat=True).distinct()[:MONTHS_OFFERED])


def billed(path: str, month: int) -> bool:
    """Whether a unit has a live bill of the month."""
    rows = Bill.objects.within(EVERYTHING).filter(path_range("path", path), month=month, state__in=LIVE)
    return rows.filter(kind__in=Bill.RATED).exists()


def columns(population: Population) -> Columns:
    """The numbers of a population; refused where they are not there."""
    if population.state != Population.State.READY:
        raise Refused(_("The population is still being taken; wait for its job."))
    try:
        return load(population.public_id)
    except FileNotFoundError as error:
        raise Refused(_("The files of this population are gone; take it again.")) from error


def tariffs(population: Population) -> dict[str, TariffVersion]:
    """The tariffs of a population by code, each in the version that priced most of it."""
    held = columns(population)
    rows = sorted(range(len(held.versions)), key=lambda i: int(held.version_first[i + 1] - held.version_first[i]))
    found = {version.code: version for version in (parsed(held.versions[i]) for i in rows)}
    return dict(sorted(found.items()))


def outcome(population: Population, candidates: Mapping[str, TariffVersion], elasticity_e6: int = 0) -> Outcome:
    """Every account before and after; refused where a candidate does not price the population's energy."""
    try:
        return what_if(columns(population), population.public_id, population.month, candidates, elasticity_e6)
    except CannotRate as error:
        raise Refused(_("This cannot be rated: %(problem)s") % {"problem": error}) from error


def answer(population: Population, candidates: Mapping[str, TariffVersion], elasticity_e6: int = 0) -> dict[str, Any]:
    """The summary of a what-if."""
    return summary(columns(population), outcome(population, candidates, elasticity_e6))


def candidates_of(scenario: Scenario) -> dict[str, TariffVersion]:
    """The documents a what-if was kept with."""
    return {code: from_json(document) for code, document in scenario.candidates.items()}


def numbers(scope: Scope, accounts: list[int]) -> dict[int, Account]:
    """Accounts of the scope by id, for names beside movers."""
    return {row.pk: row for row in Account.objects.within(scope).filter(pk__in=accounts)}


def csv_rows(scope: Scope, scenario: Scenario) -> Iterator[str]:
    """Every touched account with its bill before and after, as CSV text in steps."""
    found = outcome(scenario.population, candidates_of(scenario), scenario.elasticity_e6)
    held = columns(scenario.population)
    yield "\ufeffaccount,before,after,change\r\n"
    touched = np.flatnonzero(found.touched)
    for first in range(0, len(touched), CSV_ROWS_PER_STEP):
        rows = touched[first : first + CSV_ROWS_PER_STEP]
        known = dict(
            Account.objects.within(scope).filter(pk__in=held.account_id[rows].tolist()).values_list("pk", "number")
        )
        text = io.StringIO()
        writer = csv.writer(text)
        for row in rows.tolist():
            number = known.get(int(held.account_id[row]))
            if number is not None:
                before, after = int(found.before_fen[row]), int(found.after_fen[row])
                writer.writerow([number, format_yuan(before), format_yuan(after), format_yuan(after - before)])
        yield text.getvalue()
