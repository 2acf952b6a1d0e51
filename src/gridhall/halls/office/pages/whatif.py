"""The workbench of a what-if: turn the numbers of a tariff, and see what that does to everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gridhall.cis.studio import queries as studio
from gridhall.cis.whatif import queries
from gridhall.cis.whatif.actions import save_scenario
from gridhall.cis.whatif.knobs import turned
from gridhall.cis.whatif.models import Population
from gridhall.halls.office import whatif as show
from gridhall.halls.office.pages.whatifs import shown
from gridhall.halls.page import PageRequest, page
from gridhall.kernel.tariffs import TariffError, TariffVersion, load
from gridhall.platform.errors import Refused
from gridhall.platform.ids import uuid7


@page("office-whatif")
def workbench(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Sliders of one tariff, and the answer for where they stand."""
    population = queries.population(request.actor.scope, public_id)
    known = queries.tariffs(population)
    code, start = _start(request, request.GET, known)
    values, percent, elasticity = show.asked(request.GET)
    context = {
        "population": population, "code": code, "codes": [(one, version) for one, version in known.items()],
        "draft": request.GET.get("draft", ""), "version": start, "percent": request.GET.get("percent") or "0",
        "sliders": show.sliders(start, population.month % 100, values) if start else [],
        "elasticity": show.shown_elasticity(elasticity), "by_period": start is not None and bool(start.calendar),
        "key": str(uuid7()), "calendar": request.GET.get("calendar", ""), "calendars": show.calendars(),
        "answer": _answer(request, population, code, start, values, percent, elasticity),
    }  # fmt: skip
    return render(request, "office/whatif.html", context)


@page("office-whatif-answer")
def answer(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The answer alone, while somebody drags."""
    population = queries.population(request.actor.scope, public_id)
    code, start = _start(request, request.GET, queries.tariffs(population))
    values, percent, elasticity = show.asked(request.GET)
    found = _answer(request, population, code, start, values, percent, elasticity)
    return render(request, "office/_whatif_answer.html", {"answer": found})


@page("office-whatif-save", "POST")
def save(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Keeps where the sliders stand, with the answer."""
    population = queries.population(request.actor.scope, public_id)
    code, start = _start(request, request.POST, queries.tariffs(population))
    if start is None:
        raise Refused(_("Choose a tariff first."))
    values, percent, elasticity = show.asked(request.POST)
    candidate = _turned(start, population, values, percent, request.POST.get("calendar", ""))
    scenario = save_scenario(
        request.actor, population, request.POST.get("name", ""), {code: candidate}, elasticity,
        key=request.POST.get("key") or None,
    )  # fmt: skip
    messages.success(request, _("The what-if is kept."))
    return redirect("office-whatif-kept", scenario.public_id)


def _start(request: PageRequest, data: Any, known: dict[str, TariffVersion]) -> tuple[str, TariffVersion | None]:
    """The tariff that is turned: a draft's, the one asked for, or the first."""
    if not known:
        return "", None
    if data.get("draft"):
        try:
            draft = studio.draft(request.actor.scope, UUID(data["draft"]))
            version = load(studio.latest(draft).text)
        except ValueError as error:  # not an id, or a text that does not read yet
            raise Refused(_("The draft cannot be rated yet: %(problem)s") % {"problem": error}) from error
        if version.code not in known:
            raise Refused(_("Nobody in this population is on %(code)s.") % {"code": version.code})
        return version.code, version
    code = data.get("tariff", "")
    code = code if code in known else next(iter(known))
    return code, known[code]


def _turned(
    start: TariffVersion, population: Population, values: dict[str, str], percent: int, calendar: str
) -> TariffVersion:
    try:
        return turned(start, population.month % 100, values, percent, calendar)
    except TariffError as error:
        raise Refused(str(error)) from error


def _answer(
    request: PageRequest, population: Population, code: str, start: TariffVersion | None, values: dict[str, str],
    percent: int, elasticity: int,
) -> show.Answer | None:  # fmt: skip
    if start is None:
        return None
    candidate = _turned(start, population, values, percent, request.GET.get("calendar", ""))
    return shown(request.actor.scope, queries.answer(population, {code: candidate}, elasticity))
