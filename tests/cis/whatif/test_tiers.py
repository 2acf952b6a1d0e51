"""Tiers of a year put on customers who had none: what they used before in that year counts."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.tariffs.actions import publish_parsed
from gridhall.cis.tariffs.models import TariffVersion as Row
from gridhall.cis.tariffs.queries import parsed
from gridhall.cis.whatif import queries
from gridhall.cis.whatif.actions import take_population
from gridhall.cis.whatif.models import Population
from gridhall.kernel import oracle
from gridhall.kernel.tariffs import TariffVersion
from gridhall.platform import jobs
from gridhall.platform.actor import system
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import bill_of, put_month, released

MONTHS = range(202601, 202607)
TIERED, UNTIERED = "zhejiang-residential", "zhejiang-untiered"


def tiered() -> TariffVersion:
    return parsed(Row.objects.get(tariff__code=TIERED).pk)


def taken(cast: Cast, month: int) -> Population:
    population = take_population(cast.actor("Biller Gao"), "32/04/", month)
    jobs.run_until_idle()
    population.refresh_from_db()
    assert (population.state, population.differing) == ("ready", 0)
    return population


def after_fen(cast: Cast, population: Population, candidate: TariffVersion) -> int:
    """What Ms Li would pay."""
    at = queries.columns(population).account_id.tolist().index(cast.accounts["Ms Li"].pk)
    return int(queries.outcome(population, {candidate.code: candidate}).after_fen[at])


def by_the_oracle(version: TariffVersion, month: int, kwh: int, before_kwh: int, served: int = 12) -> int:
    account = oracle.Account(
        month=month % 100, period_kwh={"total": Decimal(kwh)}, tier_before_kwh=Decimal(before_kwh), tier_months=served
    )
    lines = oracle.rate_one(version, account)
    return int(100 * sum((line.amount for line in lines if not line.included), Decimal(0)))


@pytest.fixture
def untiered(cast: Cast) -> Cast:
    """Ms Li pays one price from January to June, 20 kWh a day."""
    publish_parsed(system(), msgspec.structs.replace(tiered(), code=UNTIERED, tiers=None))
    Agreement.objects.within(EVERYTHING).filter(account=cast.accounts["Ms Li"]).update(tariff_code=UNTIERED)
    for month in MONTHS:
        put_month(cast, month)
        released(cast, month)
    return cast


def test_the_year_before_the_month_counts_as_the_oracle_has_it(untiered: Cast) -> None:
    candidate = msgspec.structs.replace(tiered(), code=UNTIERED)
    for month, kwh, before in ((202601, 620, 0), (202605, 620, 2400), (202606, 600, 3020)):
        expected = by_the_oracle(candidate, month, kwh, before)
        assert after_fen(untiered, taken(untiered, month), candidate) == expected
        plain = by_the_oracle(msgspec.structs.replace(candidate, tiers=None), month, kwh, 0)
        assert (expected > plain) == (month >= 202605)  # the second tier begins at 2,760 kWh


def test_another_start_of_the_year_counts_from_there(untiered: Cast) -> None:
    """She came in January: of a year that began last July six months are hers."""
    tiers, population = tiered().tiers, taken(untiered, 202606)
    assert tiers is not None
    for start, before, served in ((4, 1220, 12), (6, 0, 12), (7, 3020, 6)):
        later = msgspec.structs.replace(tiers, year_start_month=start)
        candidate = msgspec.structs.replace(tiered(), code=UNTIERED, tiers=later)
        assert after_fen(untiered, population, candidate) == by_the_oracle(candidate, 202606, 600, before, served)


def test_an_account_opened_within_the_year_has_tiers_of_its_months(untiered: Cast) -> None:
    """Nine months from April: three quarters of 2,000 kWh."""
    Account.objects.within(EVERYTHING).filter(pk=untiered.accounts["Ms Li"].pk).update(opened_on=date(2026, 4, 10))
    early = (202601, 202602, 202603)
    Bill.objects.within(EVERYTHING).filter(account=untiered.accounts["Ms Li"], month__in=early).update(energy_wh=0)
    tiers = tiered().tiers
    assert tiers is not None
    steps = tuple(msgspec.structs.replace(step, kwh=(2000, *step.kwh[1:])) for step in tiers.thresholds)
    lower = msgspec.structs.replace(tiers, thresholds=steps)
    candidate = msgspec.structs.replace(tiered(), code=UNTIERED, tiers=lower)
    expected = by_the_oracle(candidate, 202606, 600, 1220, served=9)
    assert after_fen(untiered, taken(untiered, 202606), candidate) == expected
    assert expected > by_the_oracle(candidate, 202606, 600, 1220)


def test_tiers_of_the_same_year_keep_the_counters_that_the_bill_stored(cast: Cast) -> None:
    for month in MONTHS:
        put_month(cast, month)
        released(cast, month)
    population = taken(cast, 202606)
    assert after_fen(cast, population, tiered()) == bill_of(cast, "Ms Li", 202606).total_fen
    assert after_fen(cast, population, tiered()) == by_the_oracle(tiered(), 202606, 600, 3020)
    tiers = tiered().tiers
    assert tiers is not None
    by_month = msgspec.structs.replace(tiered(), tiers=msgspec.structs.replace(tiers, basis="month"))
    assert after_fen(cast, population, by_month) == by_the_oracle(by_month, 202606, 600, 0)
