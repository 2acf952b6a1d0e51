"""Losses and sub-meters being set and ended: what is refused, and who may."""

import json
from datetime import date

import pytest

from gridhall.cis.metering.actions import MeterDetails, install_meter
from gridhall.cis.metering.actions.adjustments import (
    LEVELS_MAX,
    Losses,
    Split,
    end_losses,
    end_sub_meter,
    set_losses,
    set_sub_meter,
)
from gridhall.cis.metering.models import LossTerms, SubMeter
from gridhall.cis.network.actions import SupplyTerms, create_premise
from gridhall.cis.network.models import ServicePoint, ServicePointTerms
from gridhall.kernel.losses import Plate
from gridhall.platform.actor import system
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.models import AuditEvent
from tests.cast import START, Cast

pytestmark = pytest.mark.usefixtures("english")

JUNE = date(2026, 6, 1)
S11_400 = Losses(series="S11", rated_kva=400)


@pytest.fixture
def works(cast: Cast) -> ServicePoint:
    """Haisheng Foods, metered at low voltage behind its own transformer."""
    point = cast.service_points["Haisheng Foods"]
    ServicePointTerms.objects.filter(service_point=point).update(metering_mode="hv_lv")
    return point


def unmetered(cast: Cast, address: str = "望江路1号") -> ServicePoint:
    return create_premise(system(), cast.station, address, SupplyTerms(380, "commercial", 50_000_000), START)


def test_a_plate_of_the_series_is_kept_with_the_point(cast: Cast, works: ServicePoint) -> None:
    row = set_losses(cast.actor("Fitter Sun"), works, S11_400, JUNE)
    assert (row.rated_va, row.no_load_w, row.load_w, row.own_plate) == (400_000, 570, 4_300, False)
    assert (row.no_load_current_e6, row.impedance_e6) == (800_000, 4_000_000)
    event = AuditEvent.objects.latest("pk")
    assert (event.tag, json.loads(event.detail)["method"]) == ("loss-terms:set", "formula")


def test_new_terms_end_the_old_ones_on_their_day(cast: Cast, works: ServicePoint) -> None:
    by = cast.actor("Biller Gao")
    set_losses(by, works, S11_400, START)
    set_losses(by, works, Losses(series="S13", rated_kva=630), JUNE)
    rows = LossTerms.objects.order_by("valid_from").values_list("series", "valid_from", "valid_to")
    assert list(rows) == [("S11", START, JUNE), ("S13", JUNE, None)]


def test_terms_set_wrongly_are_replaced_on_their_own_first_day(cast: Cast, works: ServicePoint) -> None:
    by = cast.actor("Biller Gao")
    set_losses(by, works, S11_400, JUNE)
    set_losses(by, works, Losses(series="S11", rated_kva=500), JUNE)
    assert LossTerms.objects.get().rated_va == 500_000
    with pytest.raises(Refused, match="until further notice"):
        set_losses(by, works, S11_400, START)


def test_transformer_loss_needs_high_voltage_metered_at_low(cast: Cast) -> None:
    for name, mode in (("Haisheng Foods", "high-voltage metering"), ("Green Wheels", "Low-voltage supply")):
        with pytest.raises(Refused, match=mode):
            set_losses(cast.actor("Fitter Sun"), cast.service_points[name], S11_400, JUNE)
    line = Losses(method="none", line_loss_e6=30_000)
    assert set_losses(cast.actor("Fitter Sun"), cast.service_points["Green Wheels"], line, JUNE).line_loss_e6 == 30_000


@pytest.mark.parametrize(
    ("losses", "message"),
    [
        (Losses(series="S99", rated_kva=400), "Choose a series"),
        (Losses(series="S11", rated_kva=333), "plates of 30, 50"),
        (Losses(method="guess"), "not a way to determine"),
        (Losses(shift="night", series="S11", rated_kva=400), "not a way to determine"),
        (Losses(spreading="peak", series="S11", rated_kva=400), "not a way to spread"),
        (Losses(method="none"), "Give a transformer loss or a line loss"),
        (Losses(method="none", line_loss_e6=500_000), "below 50 percent"),
        (Losses(method="table", table="none", series="S9", rated_kva=100), "no loss table none"),
        (Losses(method="table", table="sample", series="S9", rated_kva=99), "it has: S9-50"),
        (Losses(plate=Plate(1_000, 1, 1, 0, 0)), "5 to 500000 kVA"),
        (Losses(plate=Plate(100_000, 90_000, 20_000, 0, 0)), "losses below its capacity"),
        (Losses(plate=Plate(100_000, 200, 1_500, 21_000_000, 0)), "at most 20 percent"),
        (Losses(series="S11", rated_kva=400, shape_e6=11_000_000), "between 0 and 10"),
    ],
)
def test_terms_that_cannot_be_are_refused_with_the_remedy(
    cast: Cast, works: ServicePoint, losses: Losses, message: str
) -> None:
    with pytest.raises(Refused, match=message):
        set_losses(cast.actor("Fitter Sun"), works, losses, JUNE)
    assert not LossTerms.objects.exists()


def test_losses_end_on_a_day_or_never_were(cast: Cast, works: ServicePoint) -> None:
    by = cast.actor("Fitter Sun")
    row = set_losses(by, works, S11_400, START)
    with pytest.raises(Refused, match="choose a day in between"):
        end_losses(by, row, date(2025, 12, 1))
    end_losses(by, row, JUNE)
    assert LossTerms.objects.get().valid_to == JUNE
    again = set_losses(by, works, S11_400, JUNE)
    end_losses(by, again, JUNE)
    assert LossTerms.objects.count() == 1


def test_a_ratio_and_a_fixed_amount_need_a_point_without_meter(cast: Cast) -> None:
    by, main = cast.actor("Fitter Sun"), cast.service_points["Haisheng Foods"]
    for split in (Split("ratio", ratio_e6=30_000), Split("fixed", kwh_per_month=100)):
        with pytest.raises(Refused, match="LHMP000006 has a meter"):
            set_sub_meter(by, main, cast.service_points["Green Wheels"], split, JUNE)
    point = unmetered(cast)
    with pytest.raises(Refused, match="has no meter; take it off by ratio"):
        set_sub_meter(by, main, point, Split("metered"), JUNE)
    row = set_sub_meter(by, main, point, Split("ratio", ratio_e6=30_000, kwh_per_month=7), JUNE)
    assert (row.ratio_e6, row.kwh_per_month, row.valid_to) == (30_000, 0, None)


def test_a_point_has_one_main_meter_and_never_itself(cast: Cast) -> None:
    by, points = cast.actor("Fitter Sun"), cast.service_points
    set_sub_meter(by, points["Haisheng Foods"], points["Green Wheels"], Split("metered"), JUNE)
    with pytest.raises(Refused, match="LHMP000006 is taken from LHMP000004"):
        set_sub_meter(by, points["No. 1 High School"], points["Green Wheels"], Split("metered"), JUNE)
    for main, sub in (("Haisheng Foods", "Haisheng Foods"), ("Green Wheels", "Haisheng Foods")):
        with pytest.raises(Refused, match="cannot be its own main meter"):
            set_sub_meter(by, points[main], points[sub], Split("metered"), JUNE)


def test_meters_stand_behind_each_other_only_so_deep(cast: Cast) -> None:
    by, points = cast.actor("Fitter Sun"), [unmetered(cast, f"巷{n}号") for n in range(LEVELS_MAX)]
    above = cast.service_points["Haisheng Foods"]
    for point in points[:-1]:
        set_sub_meter(by, above, point, Split("ratio", ratio_e6=500_000), JUNE)
        above = point
    with pytest.raises(Refused, match="At most 4 meters"):
        set_sub_meter(by, above, points[-1], Split("ratio", ratio_e6=500_000), JUNE)


def test_ratios_of_one_main_meter_never_take_more_than_all(cast: Cast) -> None:
    by, main = cast.actor("Fitter Sun"), cast.service_points["Haisheng Foods"]
    set_sub_meter(by, main, unmetered(cast), Split("ratio", ratio_e6=600_000), JUNE)
    with pytest.raises(Refused, match="more than all of it"):
        set_sub_meter(by, main, unmetered(cast, "望江路2号"), Split("ratio", ratio_e6=400_001), JUNE)


@pytest.mark.parametrize(
    ("split", "message"),
    [
        (Split("guess"), "not a kind"),
        (Split("ratio"), "above 0"),
        (Split("ratio", ratio_e6=1_000_001), "at most 100 percent"),
        (Split("fixed"), "kWh a month"),
    ],
)
def test_a_split_that_cannot_be_is_refused(cast: Cast, split: Split, message: str) -> None:
    with pytest.raises(Refused, match=message):
        set_sub_meter(
            cast.actor("Fitter Sun"), cast.service_points["Haisheng Foods"], unmetered(cast), split, JUNE
        )  # fmt: skip


def test_losses_and_a_point_without_meter_exclude_each_other(cast: Cast) -> None:
    by, main, point = cast.actor("Fitter Sun"), cast.service_points["Haisheng Foods"], unmetered(cast)
    set_losses(by, point, Losses(method="none", line_loss_e6=10_000), START)
    with pytest.raises(Refused, match="end them first"):
        set_sub_meter(by, main, point, Split("fixed", kwh_per_month=10), JUNE)
    other = unmetered(cast, "望江路2号")
    set_sub_meter(by, main, other, Split("fixed", kwh_per_month=10), JUNE)
    with pytest.raises(Refused, match="no meter of its own"):
        set_losses(by, other, Losses(method="none", line_loss_e6=10_000), JUNE)


def test_a_sub_meter_that_ended_may_get_a_meter_and_come_back(cast: Cast) -> None:
    by, main, point = cast.actor("Fitter Sun"), cast.service_points["Haisheng Foods"], unmetered(cast)
    row = set_sub_meter(by, main, point, Split("fixed", kwh_per_month=10), START)
    end_sub_meter(by, row, JUNE)
    install_meter(by, point, MeterDetails("M-0001"), JUNE)
    assert set_sub_meter(by, main, point, Split("metered"), JUNE).kind == "metered"
    assert SubMeter.objects.count() == 2


def test_the_stranger_finds_nothing_and_a_clerk_may_not(cast: Cast, works: ServicePoint) -> None:
    stranger, clerk, point = cast.actor("Stranger"), cast.actor("Clerk Wu"), unmetered(cast)
    split = Split("fixed", kwh_per_month=10)
    losses = set_losses(cast.actor("Biller Gao"), works, S11_400, START)
    relation = set_sub_meter(cast.actor("Supervisor Zheng"), works, point, split, START)
    for by, error in ((stranger, NotInScope), (clerk, NotAllowed)):
        for attempt in (
            lambda by=by: set_losses(by, works, S11_400, JUNE),
            lambda by=by: end_losses(by, losses, JUNE),
            lambda by=by: set_sub_meter(by, works, point, split, JUNE),
            lambda by=by: end_sub_meter(by, relation, JUNE),
        ):
            with pytest.raises(error):
                attempt()


def test_a_main_meter_of_another_province_does_not_exist(cast: Cast) -> None:
    abroad = create_premise(
        system(), cast.units["41/04/"], "远山路1号", SupplyTerms(380, "commercial", 50_000_000), START
    )
    with pytest.raises(NotInScope):
        set_sub_meter(
            cast.actor("Fitter Sun"), cast.service_points["Haisheng Foods"], abroad, Split("fixed", kwh_per_month=1),
            JUNE,
        )  # fmt: skip
