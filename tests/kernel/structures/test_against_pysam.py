"""NREL-PySAM and we bill the same year: every published rate that both can express, and every shape of our own."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from gridhall.kernel.structures import rate_year
from gridhall.kernel.structures.urdb import read
from tests.conftest import ROOT
from tests.kernel.structures import examples, judge
from tests.kernel.structures.examples import HOME, PANELS, SHOP, STRUCTURES, by_time, plain, tier, year
from tests.kernel.structures.published import differences, table

LOADS = {"shop": SHOP, "home": HOME}


def assert_same(bills, judged) -> None:
    """Months and the year to the cent."""
    assert np.abs(bills.total_cents[0] - 100 * judged["total"]).max() <= 1
    assert abs(bills.year_cents[0] - 100 * judged["total"].sum()) <= 1


def test_the_published_rates_are_accepted_refused_or_differ_for_a_stated_reason(shared_data: Path) -> None:
    found = differences(shared_data / "urdb")
    assert len(found) == 32
    assert sum(one.structure is not None for one in found) >= 29
    assert [one.name for one in found if one.differs and not one.because] == []
    assert all(one.reasons for one in found if one.structure is None)


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("name", STRUCTURES)
def test_every_shape_costs_what_pysam_says(name: str, load: str) -> None:
    structure = STRUCTURES[name]
    assert_same(
        rate_year(structure, judge.YEAR, year(LOADS[load])), judge.bills(judge.rates_from(structure), LOADS[load])
    )


@pytest.mark.parametrize("metering", judge.OPTIONS)
def test_every_way_of_metering_panels_is_settled_as_pysam_does(metering: str) -> None:
    structure = by_time(metering=metering)
    net = HOME - PANELS
    drawn, sold = np.maximum(net, 0), np.maximum(-net, 0)
    if metering == "buy_all_sell_all":
        drawn, sold = HOME, PANELS
    assert sold.any()
    ours = rate_year(structure, judge.YEAR, year(drawn), year(sold))
    assert_same(ours, judge.bills(judge.rates_from(structure), HOME, PANELS))


@pytest.mark.parametrize("credit_month", [12, 4])
def test_what_is_left_of_a_net_meter_is_sold_in_the_credit_month(credit_month: int) -> None:
    structure = plain(tier(12), credit_month=credit_month, year_end_sell_e8=3 * examples.CENT)
    net = HOME - 2 * PANELS
    ours = rate_year(structure, judge.YEAR, year(np.maximum(net, 0)), year(np.maximum(-net, 0)))
    assert ours.credit_e11[0, credit_month - 1] < 0
    assert_same(ours, judge.bills(judge.rates_from(structure), HOME, 2 * PANELS))


@pytest.mark.parametrize("per_hour", [2, 4])
def test_quarter_hours_are_billed_as_pysam_does(per_hour: int) -> None:
    random = np.random.default_rng(per_hour)
    fine = (np.repeat(SHOP, per_hour) // per_hour + random.integers(0, 3000, 8760 * per_hour)).astype(np.int64)
    structure = by_time(demand=examples.DEMAND, flat_demand=examples.FLAT)
    assert_same(rate_year(structure, judge.YEAR, year(fine)), judge.bills(judge.rates_from(structure), fine))


def test_a_real_hospital_is_billed_as_pysam_does(shared_data: Path) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(next((shared_data / "load").glob("sf_hospital_hourly.parquet")))
    numbers = next(c for c in table.columns if str(c.type) in ("double", "float", "int64"))
    kwh = np.nan_to_num(numbers.to_numpy()[:8760])
    load = np.round(kwh * 1000).astype(np.int64)
    structure = STRUCTURES["demand by time"]
    assert_same(rate_year(structure, judge.YEAR, year(load)), judge.bills(judge.rates_from(structure), load))


def test_a_record_survives_the_way_through_our_types(shared_data: Path) -> None:
    path = next((shared_data / "urdb").glob("*Test_Rate_1*"))
    structure = read(path.read_bytes())[0].structure
    assert structure is not None
    assert msgspec.json.decode(msgspec.json.encode(structure), type=type(structure)) == structure
    ours = rate_year(structure, judge.YEAR, year(SHOP))
    assert_same(ours, judge.bills(judge.rates_of(json.loads(path.read_bytes())), SHOP))


def test_the_page_on_the_worlds_rates_shows_the_table_of_today(shared_data: Path) -> None:
    page = (ROOT / "docs/developer/world-rates.md").read_text("utf-8")
    shown = page.split("<!-- table -->\n")[1].split("\n<!-- end -->")[0]
    assert shown == table(differences(shared_data / "urdb"))
