"""Meters coming, being exchanged and leaving."""

from datetime import date

import pytest

from gridhall.cis.metering import queries
from gridhall.cis.metering.actions import MeterDetails, exchange_meter, install_meter, remove_meter
from gridhall.cis.metering.models import Installation, Meter
from gridhall.cis.network.actions import SupplyTerms, create_premise
from gridhall.cis.network.models import ServicePoint
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.models import AuditEvent
from gridhall.readings.models import RegisterRead
from tests.cast import START, Cast

pytestmark = pytest.mark.usefixtures("english")

JUNE = date(2026, 6, 1)
REGISTER, INTERVAL = Installation.Source.REGISTER, Installation.Source.INTERVAL


@pytest.fixture
def empty_point(cast: Cast) -> ServicePoint:
    """A service point that no meter measures yet."""
    return create_premise(
        cast.actor("Clerk Wu"), cast.station, "望江路1号", SupplyTerms(220, "residential", 8_000_000), START
    )


def shown(meter: str) -> list[tuple[str, date, int, str]]:
    """What is stored of a meter's registers."""
    rows = RegisterRead.objects.filter(meter=meter).order_by("read_on", "register")
    return list(rows.values_list("register", "read_on", "value", "source"))


def test_an_unknown_meter_becomes_an_asset_of_the_unit(cast: Cast, empty_point: ServicePoint) -> None:
    row = install_meter(
        cast.actor("Fitter Sun"), empty_point, MeterDetails("M-0001", "Meters & Co", 5, 1), JUNE,
        billing_source=REGISTER, readings={"active_total": 12_3, "active_peak": 4},
    )  # fmt: skip
    assert (row.meter.digits, row.meter.decimals, row.meter.path) == (5, 1, cast.station.path)
    assert shown("M-0001") == [
        ("active_peak", JUNE, 4, "installation"),
        ("active_total", JUNE, 123, "installation"),
    ]
    assert queries.installed_on([empty_point.pk], JUNE) == [row]
    assert queries.installed_on([empty_point.pk], date(2026, 5, 31)) == []


def test_two_meters_cannot_be_in_one_place(cast: Cast) -> None:
    by, taken = cast.actor("Fitter Sun"), cast.service_points["Ms Li"]
    with pytest.raises(Refused, match="LH0000001"):
        install_meter(by, taken, MeterDetails("M-0001"), JUNE)
    with pytest.raises(Refused, match="LH0000001"):
        install_meter(by, taken, MeterDetails("M-0001"), date(2025, 6, 1))
    assert not Meter.objects.filter(asset_number="M-0001").exists()


def test_one_meter_cannot_be_in_two_places(cast: Cast, empty_point: ServicePoint) -> None:
    with pytest.raises(Refused, match="LH0000001"):
        install_meter(cast.actor("Fitter Sun"), empty_point, MeterDetails("LH0000001"), JUNE)


def test_an_exchange_ends_the_old_meter_and_starts_the_new_on_the_same_day(cast: Cast) -> None:
    point = cast.service_points["Lao Zhou"]
    new = exchange_meter(
        cast.actor("Fitter Sun"), point, MeterDetails("M-0001"), JUNE, removal={"active_total": 600_000},
        installation={"active_total": 10},
    )  # fmt: skip
    old = cast.installations["Lao Zhou"]
    old.refresh_from_db()
    assert (old.valid_to, new.valid_from, new.valid_to) == (JUNE, JUNE, None)
    assert new.billing_source == REGISTER
    assert shown("LH0000002")[-1] == ("active_total", JUNE, 600_000, "removal")
    assert shown("M-0001") == [("active_total", JUNE, 10, "installation")]
    assert queries.installations_overlapping([point.pk], START, date(2026, 12, 1)) == [old, new]


def test_an_exchange_keeps_the_multiplier_unless_told(cast: Cast) -> None:
    by, point = cast.actor("Fitter Sun"), cast.service_points["Haisheng Foods"]
    first = exchange_meter(by, point, MeterDetails("M-0001"), JUNE, removal={}, installation={})
    second = exchange_meter(
        by, point, MeterDetails("M-0002"), date(2026, 7, 1), removal={}, installation={}, multiplier=4_000
    )
    assert (first.multiplier, second.multiplier) == (2_000, 4_000)


def test_a_meter_billed_by_registers_leaves_only_with_its_reading(cast: Cast) -> None:
    by, point = cast.actor("Fitter Sun"), cast.service_points["Lao Zhou"]
    with pytest.raises(Refused, match="active_total"):
        remove_meter(by, point, JUNE)
    with pytest.raises(Refused, match="active_total"):
        exchange_meter(by, point, MeterDetails("M-0001"), JUNE, removal={"active_peak": 1}, installation={})
    assert shown("LH0000002") == [("active_total", START, 512_340, "installation")]
    assert not Meter.objects.filter(asset_number="M-0001").exists()


def test_a_meter_billed_by_its_curve_leaves_without_a_reading(cast: Cast) -> None:
    row = remove_meter(cast.actor("Fitter Sun"), cast.service_points["Ms Li"], JUNE)
    assert row.valid_to == JUNE
    assert queries.installed_on([row.service_point_id], JUNE) == []


def test_a_removed_meter_may_return_elsewhere(cast: Cast, empty_point: ServicePoint) -> None:
    by = cast.actor("Fitter Sun")
    remove_meter(by, cast.service_points["Ms Li"], JUNE)
    row = install_meter(by, empty_point, MeterDetails("LH0000001"), JUNE)
    assert row.service_point == empty_point


def test_a_meter_cannot_leave_before_it_came(cast: Cast, empty_point: ServicePoint) -> None:
    by = cast.actor("Fitter Sun")
    with pytest.raises(Refused, match="LH0000001"):
        remove_meter(by, cast.service_points["Ms Li"], START)
    with pytest.raises(Refused, match="No meter is installed"):
        remove_meter(by, empty_point, JUNE)


REFUSED = [
    (MeterDetails("M 1"), {}, "asset number"),
    (MeterDetails("'; DROP TABLE"), {}, "asset number"),
    (MeterDetails("M-0001", digits=10), {}, "1 to 9 digits"),
    (MeterDetails("M-0001"), {"multiplier": 0}, "multiplier"),
    (MeterDetails("M-0001"), {"billing_source": "guess"}, "guess"),
    (MeterDetails("M-0001"), {"billing_source": REGISTER}, "installation readings"),
    (MeterDetails("M-0001"), {"readings": {"active_total": 10**8}}, "does not fit"),
    (MeterDetails("M-0001"), {"readings": {"active_total": -1}}, "does not fit"),
    (MeterDetails("M-0001"), {"readings": {"warmth": 1}}, "warmth is not a register"),
]


def test_a_meter_that_cannot_be_is_not_installed(cast: Cast, empty_point: ServicePoint) -> None:
    for meter, options, says in REFUSED:
        with pytest.raises(Refused, match=says):
            install_meter(cast.actor("Fitter Sun"), empty_point, meter, JUNE, **options)
        assert not Meter.objects.filter(asset_number=meter.asset_number).exists()


def test_the_stranger_touches_no_meter_of_ours(cast: Cast, empty_point: ServicePoint) -> None:
    stranger, point = cast.actor("Stranger"), cast.service_points["Ms Li"]
    for attempt in (
        lambda: install_meter(stranger, empty_point, MeterDetails("M-0001"), JUNE),
        lambda: exchange_meter(stranger, point, MeterDetails("M-0001"), JUNE, removal={}, installation={}),
        lambda: remove_meter(stranger, point, JUNE),
        lambda: queries.meter_by_asset_number(stranger.scope, "LH0000001"),
    ):
        with pytest.raises(NotInScope):
            attempt()
    assert Installation.objects.filter(valid_to__isnull=True).count() == len(cast.installations)


def test_a_clerk_installs_no_meter(cast: Cast, empty_point: ServicePoint) -> None:
    with pytest.raises(NotAllowed):
        install_meter(cast.actor("Clerk Wu"), empty_point, MeterDetails("M-0001"), JUNE)


def test_the_same_key_twice_is_one_exchange(cast: Cast) -> None:
    by, point = cast.actor("Fitter Sun"), cast.service_points["Ms Li"]
    rows = [
        exchange_meter(by, point, MeterDetails("M-0001"), JUNE, removal={}, installation={}, key="exchange-1")
        for _ in range(2)
    ]
    assert rows[0] == rows[1]
    assert AuditEvent.objects.filter(tag="meter:exchange").count() == 1
