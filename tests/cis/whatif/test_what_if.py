"""What-ifs over everybody: nothing changed is nothing changed, and a candidate is what a bill run would charge."""

from collections.abc import Iterator
from datetime import date

import msgspec
import numpy as np
import pytest
from django.utils.translation import override

from gridhall.cis.billing.calculate import calculate
from gridhall.cis.billing.supply import Chunk
from gridhall.cis.tariffs.actions import publish_parsed
from gridhall.cis.tariffs.queries import parsed
from gridhall.cis.whatif import columns as store
from gridhall.cis.whatif import queries
from gridhall.cis.whatif.actions import save_scenario, take_population
from gridhall.cis.whatif.knobs import knobs, turned
from gridhall.cis.whatif.models import Population
from gridhall.kernel.tariffs import PERIODS, PeriodPrices, PriceE8, TariffError
from gridhall.platform import jobs
from gridhall.platform.actor import system
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.models import AuditEvent
from gridhall.platform.scope import EVERYTHING
from gridhall.readings.catalog import current_snapshot
from tests.cast import Cast
from tests.cis.facts import bill_of, put_month, released

MONTH = 202601
TOU = "demo-business-two-part-1-10kv"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def population(cast: Cast) -> Population:
    """The bills of January, taken by Biller Gao."""
    put_month(cast, MONTH)
    released(cast, MONTH)
    taken = take_population(cast.actor("Biller Gao"), "32/04/", MONTH)
    jobs.run_until_idle()
    taken.refresh_from_db()
    return taken


def test_rating_everybody_again_gives_every_bill_to_the_fen(cast: Cast, population: Population) -> None:
    assert (population.state, population.accounts, population.differing) == ("ready", 7, 0)
    same = queries.outcome(population, queries.tariffs(population))
    np.testing.assert_array_equal(same.before_fen, same.after_fen)
    assert same.touched.all()
    assert population.total_fen == sum(bill_of(cast, name, MONTH).total_fen for name in cast.accounts)


def test_a_dearer_tariff_costs_exactly_what_a_bill_run_then_charges(cast: Cast, population: Population) -> None:
    code = cast.agreement("Ms Li").tariff_code
    version = queries.tariffs(population)[code]
    dearer = turned(version, 1, {"energy.0.prices.total": "0.6"})
    answer = queries.answer(population, {code: dearer})
    publish_parsed(system(), msgspec.structs.replace(dearer, valid_from=date(2026, 2, 1)))
    put_month(cast, 202602)  # the same values every day; February is three days shorter, so bill January's use by hand
    li = queries.outcome(population, {code: dearer})
    held = queries.columns(population)
    at = held.account_id.tolist().index(cast.accounts["Ms Li"].pk)
    assert li.after_fen[at] == 620 * 60
    released(cast, 202602)
    assert bill_of(cast, "Ms Li", 202602).total_fen == 560 * 60
    assert answer["worse"] == int((li.change_fen > 0).sum())
    assert answer["after_fen"] - answer["before_fen"] == int(li.change_fen.sum())


def test_only_customers_of_the_tariff_are_touched(cast: Cast, population: Population) -> None:
    code = cast.agreement("Haisheng Foods").tariff_code
    version = queries.tariffs(population)[code]
    answer = queries.answer(population, {code: turned(version, 1, {}, percent_e2=1000)})
    assert answer["accounts"] == 1
    assert answer["up"][0][0] == cast.accounts["Haisheng Foods"].pk
    assert answer["by_class"][0]["worse"] == 1
    assert sum(answer["bands"]) == 1


def test_load_moves_from_a_dearer_peak_and_no_kwh_is_lost(cast: Cast, population: Population) -> None:
    code = cast.agreement("Haisheng Foods").tariff_code
    version = queries.tariffs(population)[code]
    dear = turned(version, 1, {"energy.0.prices.peak": "2.0"})
    still, moved = (queries.answer(population, {code: dear}, e6) for e6 in (0, 100_000))
    assert moved["moved_wh"][2] < 0 and sum(moved["moved_wh"]) == 0
    assert moved["after_fen"] < still["after_fen"]


def test_knobs_are_the_numbers_of_the_month(cast: Cast, population: Population) -> None:
    version = queries.tariffs(population)[cast.agreement("Ms Li").tariff_code]
    found = {knob.path: knob.value for knob in knobs(version, 1)}
    assert found["energy.0.prices.total"] == "0.538"
    assert found["tiers.thresholds.0.kwh.0"] == "2760"
    with pytest.raises(TariffError, match="prices"):
        turned(version, 1, {"energy.0.prices.total": "cheap"})


def test_a_kept_what_if_names_its_parent_and_its_result(cast: Cast, population: Population) -> None:
    code = cast.agreement("Ms Li").tariff_code
    version = queries.tariffs(population)[code]
    gao = cast.actor("Biller Gao")
    first = save_scenario(gao, population, "Ten per cent", {code: turned(version, 1, {}, 1000)}, 0)
    second = save_scenario(gao, population, "Twenty", {code: turned(version, 1, {}, 2000)}, 0, parent=first)
    assert second.parent == first
    assert second.result["after_fen"] > first.result["after_fen"] > first.result["before_fen"]
    assert queries.candidates_of(first)[code].season(1).prices.total == 59_180_000
    lines = "".join(queries.csv_rows(gao.scope, first)).splitlines()
    assert lines[0].endswith("account,before,after,change")
    assert f"{cast.accounts['Ms Li'].number}," in "".join(lines[1:])
    assert AuditEvent.objects.filter(tag="what-if:save").count() == 2


def test_other_hours_are_cut_from_the_curves_as_a_bill_run_would(cast: Cast, population: Population) -> None:
    code = cast.agreement("Haisheng Foods").tariff_code
    version = queries.tariffs(population)[code]
    prices = PeriodPrices(**{period: PriceE8(10**8 + n) for n, period in enumerate(PERIODS[1:])})
    season = msgspec.structs.replace(version.season(1), prices=prices, months=tuple(range(1, 13)))
    other = msgspec.structs.replace(version, calendar="gansu-business", energy=(season,), components=())
    found = queries.outcome(population, {code: other})
    at = queries.columns(population).account_id.tolist().index(cast.accounts["Haisheng Foods"].pk)
    publish_parsed(system(), msgspec.structs.replace(other, valid_from=date(2026, 1, 1)))
    again = calculate(
        Chunk(ids=(cast.accounts["Haisheng Foods"].pk,)), MONTH, date(2026, 1, 1), date(2026, 2, 1), current_snapshot()
    )
    assert found.left_out == 0
    assert found.after_fen[at] == again.total_fen[0]


def test_an_unpriced_period_and_an_unknown_calendar_are_named(cast: Cast, population: Population) -> None:
    code = cast.agreement("Haisheng Foods").tariff_code
    version = queries.tariffs(population)[code]
    with pytest.raises(Refused, match="energy in period"):
        night = msgspec.structs.replace(version.season(1), prices=PeriodPrices(valley=PriceE8(10**7)))
        queries.outcome(population, {code: msgspec.structs.replace(version, energy=(night,), components=())})
    with pytest.raises(Refused, match="nowhere"):
        queries.outcome(population, {code: msgspec.structs.replace(version, calendar="nowhere")})


def test_files_that_are_gone_are_asked_for_again(population: Population) -> None:
    (store.folder(population.public_id) / "manifest.json").unlink()
    store.load.cache_clear()
    with pytest.raises(Refused, match="take it again"):
        queries.columns(population)


def test_a_unit_without_bills_and_a_clerk_are_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="create a bill run"):
        take_population(cast.actor("Biller Gao"), "32/04/", 202501)
    with pytest.raises(NotAllowed):
        take_population(cast.actor("Clerk Wu"), "32/04/", MONTH)


def test_the_stranger_finds_no_population(cast: Cast, population: Population) -> None:
    scope = cast.actor("Stranger").scope
    assert not queries.populations(scope).exists()
    assert not queries.scenarios(scope).exists()
    with pytest.raises(Population.DoesNotExist):
        queries.population(scope, population.public_id)


def test_taking_in_another_province_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotInScope):
        take_population(cast.actor("Biller Gao"), "41/", MONTH)


def test_versions_of_the_population_are_those_of_the_bills(population: Population) -> None:
    held = queries.columns(population)
    assert {parsed(version).code for version in held.versions} == set(queries.tariffs(population))
    assert len(held.base_fen) == held.version_first[-1]
    assert Population.objects.within(EVERYTHING).count() == 1
