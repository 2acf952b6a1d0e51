"""Sample files of other projects, end to end: what the store holds is what their expected.json says."""

import json
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from gridhall.codecs.intervals import IntervalOptions
from gridhall.readings import queries
from gridhall.readings.models import MeteringPoint, ReadingsImport, RegisterRead
from tests.readings.conftest import CITY, take

EVER = (date(1990, 1, 1), date(2100, 1, 1))
NEM12 = [
    "actual_interval", "month_solar", "multiple_meters", "multiple_quality", "no_scheduled_read", "partialchannel",
    "upper_case_units",
]  # fmt: skip
GREEN_BUTTON = [
    "Coastal_Multi_Family_Jan_1_2011_to_Jan_1_2012_RetailCustomer_5",
    "Inland_Single_Family_Jan_1_2011_to_Jan_1_2012_RetailCustomer_9",
    "TestGBDataHourlyNineDaysBinnedDaily", "TestGBDataOneYearDailyBinnedMonthly", "electric_containerized",
    "own_quarter_hour_export",
]  # fmt: skip
QUANTITY = {"E": 1, "B": 2, "Q": 3, "K": 4}
WH = {"wh": 1, "kwh": 1000, "varh": 1, "kvarh": 1000}


def expected(folder: Path, name: str) -> dict:
    every = json.loads((folder / "expected.json").read_text())["good"]
    return next(entry for entry in every if entry["file"] == name)


def stored_sum(point: MeteringPoint, quantity: int) -> int:
    last_days = [date(year, 1, 1) for year in range(2000, 2031)]
    total = 0
    for first, end in pairwise(last_days):
        total += int(queries.curves([point.pk], quantity, first, end, slots=point.slots).values.sum())
    return total


@pytest.mark.parametrize("name", NEM12)
def test_every_channel_of_a_nem12_file_has_its_sum(store, shared_data, name) -> None:
    path = shared_data / "protocols/nem12" / f"Example_NEM12_{name}.csv"
    row = take(path, create_points=True, unit_path=CITY).row
    assert row.state == ReadingsImport.State.DONE, row.problems
    for channel in expected(path.parent, path.name)["channels"]:
        letter, number = channel["channel"][0], channel["channel"][1:]
        code = channel["nmi"] if number in ("", "1") else f"{channel['nmi']}/{number}"
        wh = Decimal(channel["sum"]) * WH[channel["uom"].lower()]
        found = stored_sum(MeteringPoint.objects.get(code=code), QUANTITY[letter])
        # A day's sum is whole Wh: at most half a Wh off for each of the days.
        assert abs(found - wh) <= Decimal(channel["readings"]) / 48, (code, letter)


def test_the_two_readings_of_a_nem13_record_differ_by_its_energy(store, shared_data) -> None:
    path = shared_data / "protocols/nem12/Example_NEM13_consumption_data.csv"
    take(path, create_points=True, unit_path=CITY)
    channels = expected(path.parent, path.name)["channels"]
    reads = RegisterRead.objects.order_by("read_on")
    assert reads.count() == 2 * len(channels)
    first, last = reads
    assert (last.value - first.value) * 1000 == Decimal(channels[0]["sum"]) * WH[
        channels[0]["uom"].lower()
    ] * 10**last.decimals


@pytest.mark.parametrize("name", GREEN_BUTTON)
def test_a_green_button_file_has_its_sum(store, shared_data, name) -> None:
    path = shared_data / "protocols/greenbutton" / f"{name}.xml"
    row = take(path, create_points=True, unit_path=CITY, intervals=IntervalOptions(utc_offset_s=8 * 3600)).row
    wanted = expected(path.parent, path.name)
    assert row.state == ReadingsImport.State.DONE, row.problems
    assert row.values == wanted["readings"]
    quantity = 1 if wanted["flow_direction"] == "1" else 2
    found = sum(stored_sum(point, quantity) for point in MeteringPoint.objects.all())
    found += sum(RegisterRead.objects.filter(register__startswith="day_").values_list("value", flat=True))
    assert found == wanted["sum"] * 10 ** wanted["power_of_ten"]


@pytest.mark.parametrize("folder", ["nem12/invalid", "greenbutton/bad"])
def test_every_faulty_sample_is_refused_and_leaves_nothing(store, shared_data, folder) -> None:
    for path in sorted((shared_data / "protocols" / folder).iterdir()):
        row = take(path, create_points=True, unit_path=CITY).row
        assert row.state == ReadingsImport.State.REFUSED, path.name
        assert row.problems, path.name
    assert not MeteringPoint.objects.exists() and not list(store.rglob("*.parquet"))
