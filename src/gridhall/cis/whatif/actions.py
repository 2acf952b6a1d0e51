"""Taking a population and keeping a what-if."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from django.utils.translation import gettext as _

from gridhall.cis.whatif import queries
from gridhall.cis.whatif.columns import Columns, folder, save
from gridhall.cis.whatif.hours import take_hours
from gridhall.cis.whatif.models import Population, Scenario
from gridhall.cis.whatif.taking import differing
from gridhall.kernel.tariffs import TariffVersion, to_json
from gridhall.platform import jobs
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.tags import Tag

TAKE_JOB = "population"


@action(Tag.POPULATION_TAKE)
def take_population(act: Act, path: str, month: int) -> Population:
    """Queue taking the bills of a unit and month as a population."""
    if not act.actor.scope.covers(path):
        raise NotInScope()
    if not queries.billed(path, month):
        raise Refused(_("No bill of %(month)s lies in this unit; create a bill run first.") % {"month": month})
    population = Population.objects.create(path=path, month=month, created_by=act.actor.name, created_at=act.at)
    arguments = {"population": population.pk}
    population.job = jobs.submit(TAKE_JOB, arguments, key=f"{TAKE_JOB}:{population.pk}", path=path, by=act.actor.name)
    population.save(update_fields=["job"])
    act.on(population, path)
    act.note(month=month)
    return population


@action(Tag.POPULATION_STEP)
def keep_population(act: Act, population_id: int, columns: Columns, spans: np.ndarray) -> None:
    """The columns are written: the population can be asked."""
    population = Population.objects.within(act.actor.scope).get(pk=population_id)
    act.on(population, population.path)
    save(population.public_id, columns)
    if len(spans):
        take_hours(folder(population.public_id), spans, columns.facts.period_wh.sum(axis=1))
    population.state = Population.State.READY
    population.accounts = len(columns.account_id)
    population.energy_wh = int(columns.facts.period_wh.sum())
    population.total_fen = int(columns.before_fen.sum())
    population.differing = differing(columns)
    population.save(update_fields=["state", "accounts", "energy_wh", "total_fen", "differing"])
    act.note(accounts=population.accounts, differing=population.differing)


@action(Tag.SCENARIO_SAVE)
def save_scenario(
    act: Act, population: Population, name: str, candidates: Mapping[str, TariffVersion], elasticity_e6: int,
    parent: Scenario | None = None,
) -> Scenario:  # fmt: skip
    """Keep a what-if with its result; a changed one is a new one that names the first."""
    if not name.strip():
        raise Refused(_("Give the what-if a name, so that others find it."))
    act.on(population, population.path)
    scenario = Scenario.objects.create(
        path=population.path,
        population=population,
        parent=parent,
        name=name.strip(),
        candidates={code: to_json(version) for code, version in candidates.items()},
        elasticity_e6=elasticity_e6,
        result=queries.answer(population, candidates, elasticity_e6),
        created_by=act.actor.name,
        created_at=act.at,
    )
    act.on(scenario, scenario.path)
    act.note(tariffs=sorted(candidates), elasticity_e6=elasticity_e6)
    return scenario
