"""Transformer and line losses on bills: what is added, to which period, and that it can be opened and recomputed."""

import json
from datetime import date
from fractions import Fraction

import msgspec
import pytest

from gridhall.cis.billing import queries
from gridhall.cis.billing.calculate import calculate
from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.models import Bill, BillException
from gridhall.cis.billing.supply import Chunk
from gridhall.cis.metering.actions.adjustments import Losses, set_losses
from gridhall.cis.network.models import ServicePointTerms
from gridhall.cis.tariffs.actions import publish_parsed
from gridhall.kernel import shipped
from gridhall.kernel.losses import Plate
from gridhall.platform.actor import system
from gridhall.platform.scope import EVERYTHING
from gridhall.readings.catalog import current_snapshot
from tests.cast import START, Cast
from tests.cis.facts import bill_of, calculated, first_of, following, put_curve, put_month, put_read, released

S11_1000 = Losses(series="S11", rated_kva=1000)
NAME = "Haisheng Foods"


def metered_low(cast: Cast, name: str = NAME) -> None:
    """The point is supplied at high and metered at low voltage."""
    ServicePointTerms.objects.filter(service_point=cast.service_points[name]).update(metering_mode="hv_lv")


def half_up(exact: Fraction) -> int:
    return int((exact * 2 + 1) // 2)


def segment_of(bill: Bill, number: int = 0) -> dict:
    return stored(bill.inputs)[number]


def billed(cast: Cast, losses: Losses, name: str = NAME) -> Bill:
    metered_low(cast, name)
    set_losses(cast.actor("Fitter Sun"), cast.service_points[name], losses, START)
    put_month(cast, 202601)
    released(cast, 202601)
    return bill_of(cast, name, 202601)


def steps_of(bill: Bill) -> dict[str, dict]:
    return {step["kind"]: step for step in segment_of(bill)["adjust"]}


def add_up(bill: Bill) -> None:
    for segment in stored(bill.inputs):
        if "adjust" in segment:
            columns = zip(*(step["wh"] for step in segment["adjust"]), strict=True)
            assert [sum(column) for column in columns] == segment["period_wh"]


def test_transformer_loss_is_added_by_the_formula_and_spread_over_the_periods(cast: Cast) -> None:
    bill = billed(cast, S11_1000)
    wh, varh, hours = 31 * 9_000_000, 31 * 3_000_000, 744
    load = Fraction(105 * 10_300 * (wh**2 + varh**2), 100 * 1_000_000**2 * hours)
    expected = half_up(1150 * hours + load)
    step = steps_of(bill)["transformer"]
    assert (sum(step["wh"]), step["lost_wh"], step["active_wh"]) == (expected, expected, wh)
    assert bill.energy_wh == wh + expected
    add_up(bill)
    metered = steps_of(bill)["metered"]["wh"]
    for part, whole in zip(step["wh"], metered, strict=True):
        assert abs(Fraction(expected * whole, wh) - part) <= 1
    assert queries.recompute(bill).identical


def test_the_power_factor_is_that_behind_the_transformer(cast: Cast) -> None:
    bill = billed(cast, S11_1000)
    lost = steps_of(bill)["transformer"]["lost_varh"]
    assert lost > 0
    assert segment_of(bill)["reactive_varh"] == 31 * 3_000_000 + lost


def test_line_loss_comes_on_top_and_all_can_go_to_flat(cast: Cast) -> None:
    losses = Losses(series="S11", rated_kva=1000, line_loss_e6=20_000, spreading="flat")
    steps = steps_of(bill := billed(cast, losses))
    wh, lost = 31 * 9_000_000, steps["transformer"]["lost_wh"]
    assert sum(steps["line"]["wh"]) == half_up(Fraction((wh + lost) * 2, 100))
    for step in (steps["transformer"], steps["line"]):
        assert [column for column, part in enumerate(step["wh"]) if part] == [3]  # flat
    add_up(bill)


def test_no_use_still_has_the_no_load_loss_of_the_days_in_service(cast: Cast) -> None:
    metered_low(cast)
    set_losses(cast.actor("Fitter Sun"), cast.service_points[NAME], S11_1000, date(2026, 1, 11))
    put_month(cast, 202601, leave_out=(NAME,))
    put_curve(cast, NAME, first_of(202601), following(202601), 0)
    calculated(cast, 202601)
    bill = bill_of(cast, NAME, 202601)
    assert bill.energy_wh == 1150 * 24 * 21
    assert [row["from"] for row in stored(bill.inputs)] == ["2026-01-01", "2026-01-11"]
    assert "adjust" in segment_of(bill, 1)
    add_up(bill)


def test_a_new_tariff_version_in_the_month_does_not_change_the_loss(cast: Cast) -> None:
    bill = billed(cast, S11_1000)
    assert len(stored(bill.inputs)) == 1
    code = "demo-business-two-part-1-10kv"
    now = next(v for v in shipped.tariffs()[code] if v.valid_from <= START)
    publish_parsed(system(), msgspec.structs.replace(now, valid_from=date(2026, 2, 11)))
    put_curve(cast, NAME, date(2026, 2, 1), date(2026, 3, 1), 9_000_000)
    result = calculate(
        Chunk(ids=(cast.accounts[NAME].pk,)), 202602, date(2026, 2, 1), date(2026, 3, 1), current_snapshot()
    )
    segments = json.loads(result.inputs[0])
    assert len(segments) == 2
    lost = [next(step for step in row["adjust"] if step["kind"] == "transformer") for row in segments]
    assert lost[0]["lost_wh"] == lost[1]["lost_wh"] == sum(sum(step["wh"]) for step in lost)
    assert lost[0]["hours"] == 28 * 24


def test_a_table_and_a_shift_and_an_own_plate_are_other_ways(cast: Cast) -> None:
    bill = billed(cast, Losses(method="table", series="S9", rated_kva=400, table="sample"))
    expected = shipped.loss_tables()["sample"].loss("S9", 400, 31 * 9_000_000, 31, 31)
    step = steps_of(bill)["transformer"]
    assert (step["lost_wh"], step["lost_varh"]) == expected
    plate = Plate(1_250_000, 1_000, 12_000, 600_000, 4_500_000)
    set_losses(
        cast.actor("Biller Gao"), cast.service_points[NAME], Losses(plate=plate, shift="double"), date(2026, 2, 1)
    )
    put_month(cast, 202602)
    released(cast, 202602)
    step = steps_of(bill_of(cast, NAME, 202602))["transformer"]
    assert (step["k"], step["no_load_w"], step["series"]) == ([720, 400], 1_000, "")


def test_a_point_billed_by_registers_gets_its_losses_too(cast: Cast) -> None:
    bill = billed(cast, Losses(series="S11", rated_kva=30, line_loss_e6=10_000), "Lao Zhou")
    steps = steps_of(bill)
    assert sum(steps["metered"]["wh"]) == 150_000
    assert steps["transformer"]["lost_wh"] >= 100 * 744
    assert bill.energy_wh == 150_000 + steps["transformer"]["lost_wh"] + steps["line"]["lost_wh"]
    assert segment_of(bill)["reads"][0]["energy_wh"] == 150_000
    add_up(bill)


def test_the_register_check_compares_what_was_metered(cast: Cast) -> None:
    metered_low(cast)
    set_losses(cast.actor("Fitter Sun"), cast.service_points[NAME], S11_1000, START)
    put_month(cast, 202601)
    put_read(cast, NAME, first_of(202601), 0)
    put_read(cast, NAME, following(202601), 31 * 9_000_000 * 10 // 2_000)  # four decimals, multiplier 2,000
    calculated(cast, 202601)
    assert not BillException.objects.within(EVERYTHING).filter(kind="register_differs").exists()


def test_missing_intervals_hold_a_point_with_losses_as_any_other(cast: Cast) -> None:
    metered_low(cast)
    set_losses(cast.actor("Fitter Sun"), cast.service_points[NAME], S11_1000, START)
    put_month(cast, 202601, leave_out=(NAME,))
    put_curve(cast, NAME, first_of(202601), date(2026, 1, 20), 9_000_000)
    calculated(cast, 202601)
    found = BillException.objects.within(EVERYTHING).get(account=cast.accounts[NAME])
    assert (found.kind, found.evidence["missing"]) == ("missing_intervals", 12 * 96)


def test_a_plate_that_cannot_be_of_this_point_is_an_exception(cast: Cast) -> None:
    metered_low(cast)
    set_losses(cast.actor("Fitter Sun"), cast.service_points[NAME], Losses(plate=Plate(5_000, 10, 20, 0, 0)), START)
    put_month(cast, 202601)
    calculated(cast, 202601)
    found = BillException.objects.within(EVERYTHING).get(account=cast.accounts[NAME])
    assert (found.kind, found.evidence["what"]) == ("losses_impossible", "5 kVA")
    assert found.bill is None


@pytest.mark.parametrize("name", ["Ms Li", "Green Wheels"])
def test_everybody_else_is_billed_as_before(cast: Cast, name: str) -> None:
    billed(cast, S11_1000)
    assert "adjust" not in segment_of(bill_of(cast, name, 202601))
