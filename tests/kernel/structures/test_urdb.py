"""Rates as OpenEI writes them: what is read, and what each refusal tells its reader to do."""

import json
from typing import Any

import pytest

from gridhall.kernel.structures.types import OPEN
from gridhall.kernel.structures.urdb import UrdbError, read

DAY = [[0] * 24 for _ in range(12)]
GOOD: dict[str, Any] = {
    "label": "x1", "name": "A rate", "utility": "Town", "energyratestructure": [[{"rate": 0.0712, "adj": 0.001}]],
    "energyweekdayschedule": DAY, "energyweekendschedule": DAY,
}  # fmt: skip


def one(**changes: Any):
    record = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return read(json.dumps(record).encode())[0]


def test_a_price_is_rate_and_adjustment_exact_to_1e_8() -> None:
    structure = one().structure
    assert structure is not None
    assert structure.energy.periods[0][0].price_e8 == 7_220_000
    assert structure.energy.periods[0][0].to_e3 == OPEN


def test_a_list_and_the_service_answer_are_read_alike() -> None:
    for document in ([GOOD, GOOD], {"items": [GOOD, GOOD]}):
        assert [result.name for result in read(json.dumps(document).encode())] == ["A rate", "A rate"]


def test_charges_find_their_month_day_or_year() -> None:
    structure = one(
        fixedchargefirstmeter=1.5, fixedchargeunits="$/day", fixedmonthlycharge=2, mincharge=40, minchargeunits="$/year"
    ).structure
    assert structure is not None
    assert (structure.fixed_day_e8, structure.fixed_month_e8) == (150_000_000, 200_000_000)
    assert (structure.minimum_month_e8, structure.minimum_year_e8) == (0, 4_000_000_000)


def test_a_look_back_becomes_a_ratchet() -> None:
    months = [0] * 5 + [1] * 4 + [0] * 3
    structure = one(lookbackpercent=0.8, lookbackrange=11, lookbackmonths=months).structure
    assert structure is not None and structure.ratchet is not None
    assert structure.ratchet.percent == (0,) * 5 + (80,) * 4 + (0,) * 3


def test_reactive_charges_are_said_to_be_left_out() -> None:
    assert one(demandreactivepowercharge=0.52).notes == [
        "demandreactivepowercharge: the charge on reactive power is not part of the price"
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"energyratestructure": None}, "energyratestructure: the rate has no energy prices; choose a complete rate"),
        ({"energyweekdayschedule": [[1] * 24] * 12}, "energyweekdayschedule[0]: 1 names no period; there are 1"),
        ({"energyweekendschedule": DAY[:3]}, "energyweekendschedule: 12 rows of 24 periods are needed"),
        ({"energyratestructure": [[{"rate": "abc"}]]}, "energyratestructure[0][0].rate: abc is not a usable number"),
        ({"energyratestructure": [[{"rate": 1e30}]]}, "energyratestructure[0][0].rate: 1e+30 is not a usable number"),
        ({"energyratestructure": [[{"rate": 1, "unit": "MWh"}]]}, "energyratestructure[0][0].unit: mwh is not kWh"),
        (
            {"energyratestructure": [[{"rate": 1, "max": 9}, {"rate": 2, "max": 5}, {"rate": 3}]]},
            "energyratestructure[0]: the ends of the tiers do not rise",
        ),
        (
            {"energyratestructure": [[{"rate": 1, "max": 9}, {"rate": 2, "unit": "kWh daily"}]]},
            "energyratestructure[0]: tiers in different units",
        ),
        ({"dgrules": "Barter"}, "dgrules: Barter is not one of net metering"),
        ({"fixedchargefirstmeter": 3, "fixedchargeunits": "$/year"}, "fixedchargeunits: $/year cannot be used here"),
        ({"coincidentratestructure": [[{"rate": 0.79}]]}, "coincidentratestructure: demand at the hours"),
        ({"demandratchetpercentage": [0.35] * 12}, "demandratchetpercentage: a ratchet without lookbackrange"),
        ({"flatdemandstructure": [[{"rate": 1}]], "flatdemandunit": "hp"}, "flatdemandunit: demand in hp"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_field_and_the_remedy(changes: dict[str, Any], reason: str) -> None:
    result = one(**changes)
    assert result.structure is None
    assert any(text.startswith(reason) for text in result.reasons), result.reasons


@pytest.mark.parametrize(
    "document",
    [b"", b"[]", b"{", b'"text"', b"[1]", b'{"items": {}}', b"\xff\xfe", b"[" * 5000, b'[{"a": NaN}]'],
)
def test_a_document_that_is_none_is_refused_as_a_whole(document: bytes) -> None:
    with pytest.raises(UrdbError, match="OpenEI"):
        read(document)
