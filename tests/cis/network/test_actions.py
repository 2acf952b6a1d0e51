"""Building up the network and its premises."""

from dataclasses import replace
from datetime import date

import pytest

from gridhall.cis.network import queries
from gridhall.cis.network.actions import SupplyTerms, create_area, create_feeder, create_premise, create_substation
from gridhall.cis.network.models import Feeder, Premise, ServicePoint, Substation
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.models import AuditEvent
from gridhall.readings.models import MeteringPoint
from tests.cast import START, Cast

pytestmark = pytest.mark.usefixtures("english")

HOME = SupplyTerms(220, "residential", 8_000_000)


def test_a_feeder_belongs_to_the_unit_of_its_substation(cast: Cast) -> None:
    by = cast.actor("Biller Gao")
    substation = create_substation(by, cast.units["32/04/02/"], "SL-S01", "松岭变电站", 35_000, START)
    feeder = create_feeder(by, substation, "SL-S01-F01", "松岭一线", START)
    assert feeder.path == "32/04/02/"
    area = create_area(by, feeder, cast.units["32/04/02/"], "SL-A1", "松岭1号台区", 250, START)
    assert queries.areas(by.scope, START) == [cast.area, area]
    assert queries.areas(by.scope, date(2025, 12, 31)) == []


def test_a_code_is_given_once(cast: Cast) -> None:
    by = cast.actor("Biller Gao")
    with pytest.raises(Refused, match="LH-S01"):
        create_substation(by, cast.station, "LH-S01", "another", 35_000, START)


def test_the_stranger_cannot_build_in_our_province(cast: Cast) -> None:
    stranger, ours = cast.actor("Stranger"), Feeder.objects.get()
    for attempt in (
        lambda: create_substation(stranger, cast.station, "X", "X", 35_000, START),
        lambda: create_feeder(stranger, ours.substation, "X", "X", START),
        lambda: create_area(stranger, ours, cast.units["41/04/"], "X", "X", 250, START),
        lambda: create_premise(stranger, cast.station, "X", HOME, START),
    ):
        with pytest.raises(NotInScope):
            attempt()
    assert (Substation.objects.count(), Feeder.objects.count()) == (1, 1)
    assert not Premise.objects.filter(address="X").exists()


def test_an_analyst_builds_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        create_premise(cast.actor("Analyst Fang"), cast.station, "望江路1号", HOME, START)


def test_a_premise_comes_with_service_point_metering_point_and_terms(cast: Cast) -> None:
    terms = replace(HOME, area=cast.area)
    service_point = create_premise(
        cast.actor("Clerk Wu"),
        cast.station,
        "  望江路  1号 ",
        terms,
        START,
        longitude_e6=120_150_000,
        latitude_e6=30_280_000,
    )
    assert service_point.premise.address == "望江路 1号"
    assert service_point.path == service_point.premise.path == service_point.point.path == cast.station.path
    assert service_point.point.code == f"3204{service_point.point.pk:010d}"
    held = queries.terms_on([service_point.pk], START)[service_point.pk]
    assert (held.area, held.operating_capacity_kva_e6, held.valid_to) == (cast.area, 8_000_000, None)
    assert queries.terms_on([service_point.pk], date(2025, 12, 31)) == {}
    assert queries.terms_overlapping([service_point.pk], START, date(2026, 2, 1)) == [held]


def test_a_metering_point_keeps_the_name_the_outside_gave_it(cast: Cast) -> None:
    by = cast.actor("Clerk Wu")
    made = create_premise(by, cast.station, "望江路1号", HOME, START, point_code="NMI6001")
    assert queries.service_point_by_code(by.scope, "NMI6001") == made
    with pytest.raises(Refused, match="NMI6001"):
        create_premise(by, cast.station, "望江路2号", HOME, START, point_code="NMI6001")
    with pytest.raises(NotInScope):
        queries.service_point_by_code(cast.actor("Stranger").scope, "NMI6001")


def test_the_same_key_twice_is_one_premise(cast: Cast) -> None:
    by, before = cast.actor("Clerk Wu"), AuditEvent.objects.count()
    first = create_premise(by, cast.station, "望江路1号", HOME, START, key="premise-1")
    again = create_premise(by, cast.station, "望江路1号", HOME, START, key="premise-1")
    assert first == again
    assert Premise.objects.filter(address="望江路1号").count() == 1
    assert AuditEvent.objects.count() == before + 1


REFUSED = [
    (" ", HOME, "address"),
    ("x" * 201, HOME, "address"),
    ("x", replace(HOME, use_class="palace"), "palace is not a use class"),
    ("x", replace(HOME, metering_mode="hv"), "hv is not a metering mode"),
    ("x", replace(HOME, contract_capacity_kva_e6=0), "contract capacity must be above zero"),
    ("x", replace(HOME, operating_capacity_kva_e6=8_000_001), "cannot exceed"),
    ("x", replace(HOME, supply_voltage_v=0), "supply voltage"),
]


def test_terms_that_cannot_be_leave_nothing_behind(cast: Cast) -> None:
    for address, terms, says in REFUSED:
        before = MeteringPoint.objects.count(), ServicePoint.objects.count()
        with pytest.raises(Refused, match=says):
            create_premise(cast.actor("Clerk Wu"), cast.station, address, terms, START)
        assert (MeteringPoint.objects.count(), ServicePoint.objects.count()) == before
