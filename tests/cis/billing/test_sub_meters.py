"""Sub-meters on bills: what a main meter counts is billed once, whoever takes it."""

from datetime import date

import pytest

from gridhall.cis.billing import queries
from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.models import Bill, BillException
from gridhall.cis.customers import actions as customers
from gridhall.cis.customers.models import Account, Agreement, Customer
from gridhall.cis.customers.supply import Supply
from gridhall.cis.metering.actions.adjustments import Losses, Split, end_sub_meter, set_losses, set_sub_meter
from gridhall.cis.network.actions import SupplyTerms, create_premise
from gridhall.cis.network.models import ServicePoint, ServicePointTerms
from gridhall.platform.actor import system
from gridhall.platform.scope import EVERYTHING
from tests.cast import START, Cast
from tests.cis.facts import bill_of, calculated, first_of, following, put_curve, put_month, put_read, released

MAIN = "Haisheng Foods"
MAIN_WH = 31 * 9_000_000
TWO_PART = Supply("demo-business-two-part-1-10kv", Agreement.Charging.ACTUAL, power_factor_standard=90)


SHARED = Supply("zhejiang-shared-meter")


def newcomer(cast: Cast, name: str, supply: Supply = SHARED) -> Account:
    """Somebody behind the main meter of Haisheng Foods, without a meter of their own."""
    by = system()
    customer = customers.create_customer(by, cast.station, Customer.Kind.ORGANISATION, name)
    terms = SupplyTerms(380, "shared_meter", 100_000_000)
    point = create_premise(by, cast.station, f"{name}路1号", terms, START)
    cast.service_points[name] = point
    cast.accounts[name] = customers.move_in(by, customer, point, cast.cycle, supply, START)
    return cast.accounts[name]


def behind(cast: Cast, name: str, split: Split, on: date = START, main: str = MAIN) -> None:
    set_sub_meter(cast.actor("Fitter Sun"), cast.service_points[main], cast.service_points[name], split, on)


def segment_of(bill: Bill) -> dict:
    return stored(bill.inputs)[0]


def bills(cast: Cast, month: int = 202601) -> dict[str, Bill]:
    put_month(cast, month)
    released(cast, month)
    rows = Bill.objects.within(EVERYTHING).filter(month=month)
    names = {account.pk: name for name, account in cast.accounts.items()}
    found = {names[bill.account_id]: bill for bill in rows}
    for bill in found.values():
        assert queries.recompute(bill).identical
        for segment in stored(bill.inputs):
            if "adjust" in segment:
                columns = zip(*(step["wh"] for step in segment["adjust"]), strict=True)
                assert [sum(column) for column in columns] == segment["period_wh"]
    return found


def exception(cast: Cast, name: str) -> BillException:
    return BillException.objects.within(EVERYTHING).get(account=cast.accounts[name])


def test_three_percent_go_to_the_dormitory_and_the_rest_stays(cast: Cast) -> None:
    newcomer(cast, "宿舍")
    behind(cast, "宿舍", Split("ratio", ratio_e6=30_000))
    found = bills(cast)
    assert found["宿舍"].energy_wh == MAIN_WH * 3 // 100
    assert found[MAIN].energy_wh + found["宿舍"].energy_wh == MAIN_WH
    sub = segment_of(found["宿舍"])
    assert [step["kind"] for step in sub["adjust"]] == ["metered", "main"]
    assert sub["adjust"][1]["ratio_e6"] == 30_000
    assert [step["kind"] for step in segment_of(found[MAIN])["adjust"]] == ["metered", "sub"]


def test_demand_and_reactive_energy_go_along_where_that_is_agreed(cast: Cast) -> None:
    newcomer(cast, "宿舍", TWO_PART)
    behind(cast, "宿舍", Split("ratio", ratio_e6=62_695, shares_demand=True))
    found = bills(cast)
    main, sub = segment_of(found[MAIN]), segment_of(found["宿舍"])
    demand = 9_000_000 // 96 * 4_000 + (9_000_000 % 96) * 4_000
    assert main["demand_kw_e6"] + sub["demand_kw_e6"] == demand
    assert sub["demand_kw_e6"] == (demand * 62_695 + 500_000) // 10**6
    assert main["reactive_varh"] + sub["reactive_varh"] == 31 * 3_000_000


def test_a_fixed_amount_is_the_whole_amount_in_a_whole_month(cast: Cast) -> None:
    newcomer(cast, "门卫")
    behind(cast, "门卫", Split("fixed", kwh_per_month=900))
    found = bills(cast)
    assert found["门卫"].energy_wh == 900_000
    assert found[MAIN].energy_wh == MAIN_WH - 900_000


def test_a_fixed_amount_of_part_of_the_month_is_prorated_by_days(cast: Cast) -> None:
    newcomer(cast, "门卫")
    behind(cast, "门卫", Split("fixed", kwh_per_month=310))
    row = cast.service_points["门卫"].main_meters.get()
    end_sub_meter(cast.actor("Biller Gao"), row, date(2026, 1, 11))
    put_month(cast, 202601)
    calculated(cast, 202601)
    main = bill_of(cast, MAIN, 202601)
    assert main.energy_wh == MAIN_WH - 100_000
    assert [row["from"] for row in stored(main.inputs)] == ["2026-01-01", "2026-01-11"]
    # nobody is billed for the guard's last days without meter and main meter: that is said, not guessed
    assert exception(cast, "门卫").kind == "no_meter"


def test_a_metered_sub_meter_is_taken_off_period_by_period(cast: Cast) -> None:
    behind(cast, "Green Wheels", Split("metered"))
    found = bills(cast)
    assert found["Green Wheels"].energy_wh == 31 * 400_000
    assert found[MAIN].energy_wh == MAIN_WH - 31 * 400_000
    metered, taken = segment_of(found[MAIN])["adjust"]
    for whole, part in zip(metered["wh"], taken["wh"], strict=True):
        assert abs(whole * 4 + part * 90) < 90 * 96 * 31  # 400 of 9,000 kWh in every period, but for the last slots


def test_metered_then_fixed_then_ratio_of_what_is_left(cast: Cast) -> None:
    newcomer(cast, "宿舍")
    newcomer(cast, "门卫")
    behind(cast, "宿舍", Split("ratio", ratio_e6=100_000))
    behind(cast, "门卫", Split("fixed", kwh_per_month=1_000))
    behind(cast, "Green Wheels", Split("metered"))
    found = bills(cast)
    left = MAIN_WH - 31 * 400_000 - 1_000_000
    assert found["宿舍"].energy_wh == left // 10
    assert found[MAIN].energy_wh == left - left // 10
    assert sum(found[name].energy_wh for name in (MAIN, "宿舍", "门卫", "Green Wheels")) == MAIN_WH


def test_losses_of_the_main_meter_are_shared_by_who_is_behind_it(cast: Cast) -> None:
    newcomer(cast, "宿舍")
    ServicePointTerms.objects.filter(service_point=cast.service_points[MAIN]).update(metering_mode="hv_lv")
    set_losses(
        cast.actor("Fitter Sun"), cast.service_points[MAIN],
        Losses(series="S13", rated_kva=1000, line_loss_e6=5_000), START,
    )  # fmt: skip
    behind(cast, "宿舍", Split("ratio", ratio_e6=333_333))
    found = bills(cast)
    steps = {step["kind"]: step for step in segment_of(found[MAIN])["adjust"]}
    whole = MAIN_WH + steps["transformer"]["lost_wh"] + steps["line"]["lost_wh"]
    assert found[MAIN].energy_wh + found["宿舍"].energy_wh == whole
    seen = {step["kind"]: step for step in segment_of(found["宿舍"])["adjust"]}
    assert seen["transformer"]["lost_wh"] == steps["transformer"]["lost_wh"]


def test_a_sub_meter_behind_a_sub_meter(cast: Cast) -> None:
    newcomer(cast, "厂房")
    newcomer(cast, "食堂")
    newcomer(cast, "小店")
    behind(cast, "厂房", Split("ratio", ratio_e6=400_000))
    behind(cast, "食堂", Split("ratio", ratio_e6=100_000), main="厂房")
    behind(cast, "小店", Split("fixed", kwh_per_month=500), main="食堂")
    found = bills(cast)
    assert found[MAIN].energy_wh == MAIN_WH * 6 // 10
    assert found["厂房"].energy_wh == MAIN_WH * 4 // 10 * 9 // 10
    assert found["食堂"].energy_wh == MAIN_WH * 4 // 100 - 500_000
    assert found["小店"].energy_wh == 500_000


def test_a_sub_meter_behind_a_register(cast: Cast) -> None:
    newcomer(cast, "租客")
    behind(cast, "租客", Split("ratio", ratio_e6=500_000), main="Lao Zhou")
    found = bills(cast)
    assert found["租客"].energy_wh == found["Lao Zhou"].energy_wh == 75_000
    assert segment_of(found["租客"])["reads"][0]["meter"] == "LH0000002"


def test_the_sub_meter_is_billed_by_its_own_calendar_and_nothing_is_lost(cast: Cast) -> None:
    newcomer(cast, "商铺", Supply("zhejiang-residential-tou"))
    behind(cast, "商铺", Split("ratio", ratio_e6=123_457))
    found = bills(cast)
    assert sum(1 for wh in segment_of(found["商铺"])["period_wh"] if wh) > 1
    assert found["商铺"].energy_wh + found[MAIN].energy_wh == MAIN_WH


def test_a_split_larger_than_the_main_meter_names_both_and_bills_neither(cast: Cast) -> None:
    newcomer(cast, "门卫")
    behind(cast, "门卫", Split("fixed", kwh_per_month=151), main="Lao Zhou")
    put_month(cast, 202601)
    calculated(cast, 202601)
    for name in ("门卫", "Lao Zhou"):
        found = exception(cast, name)
        assert found.kind == "split_exceeds"
        assert found.evidence["main"] == cast.service_points["Lao Zhou"].point.code
        assert found.evidence["sub"] == cast.service_points["门卫"].point.code
        assert (found.evidence["main_wh"], found.evidence["sub_wh"]) == (150_000, 151_000)
        assert found.bill is None
    assert bill_of(cast, "Ms Li", 202601).energy_wh == 620_000


def test_a_metered_sub_meter_that_counts_more_than_its_main_meter_is_an_exception(cast: Cast) -> None:
    set_sub_meter(
        cast.actor("Fitter Sun"), cast.service_points["Ms Li"], cast.service_points["Green Wheels"], Split("metered"),
        START,
    )  # fmt: skip
    put_month(cast, 202601)
    calculated(cast, 202601)
    assert exception(cast, "Ms Li").kind == "split_exceeds"
    assert bill_of(cast, "Green Wheels", 202601).energy_wh == 31 * 400_000


def test_a_main_meter_without_readings_holds_its_sub_meters_too(cast: Cast) -> None:
    newcomer(cast, "宿舍")
    behind(cast, "宿舍", Split("ratio", ratio_e6=30_000))
    put_month(cast, 202601, leave_out=(MAIN,))
    calculated(cast, 202601)
    assert exception(cast, "宿舍").kind == exception(cast, MAIN).kind == "missing_intervals"


def test_a_sub_meter_of_the_same_account_shares_the_bill_and_each_has_a_whole_month(cast: Cast) -> None:
    """G2 in one bill: the sub-meter's agreement stands on the main meter's account."""
    account = cast.accounts[MAIN]
    terms = SupplyTerms(10_000, "large_industry", 100_000_000)
    point: ServicePoint = create_premise(system(), cast.station, "港前大道66号宿舍", terms, START)
    cast.service_points["宿舍"] = point
    TWO_PART.agreement(account, point, START).save()
    behind(cast, "宿舍", Split("fixed", kwh_per_month=900, shares_demand=True))
    bill = bills(cast)[MAIN]
    parts = {row["point"]: row for row in stored(bill.inputs)}
    assert [row["month_thirtieths"] for row in parts.values()] == [30, 30]
    main, sub = parts[cast.service_points[MAIN].point_id], parts[point.point_id]
    assert sum(sub["period_wh"]) == 900_000
    whole = 9_000_000 // 96 * 4_000 + (9_000_000 % 96) * 4_000
    assert main["demand_kw_e6"] + sub["demand_kw_e6"] == whole
    assert sub["demand_kw_e6"] == (whole * 900_000 + MAIN_WH // 2) // MAIN_WH


def test_a_month_split_by_a_move_is_still_whole(cast: Cast) -> None:
    newcomer(cast, "门卫")
    behind(cast, "门卫", Split("fixed", kwh_per_month=310), on=date(2026, 1, 11))
    put_month(cast, 202601)
    calculated(cast, 202601)
    assert bill_of(cast, MAIN, 202601).energy_wh == MAIN_WH - 210_000


@pytest.mark.parametrize("wh", [0, 1, 7])
def test_tiny_readings_are_split_without_a_negative(cast: Cast, wh: int) -> None:
    for name in ("甲", "乙", "丙"):
        newcomer(cast, name)
        behind(cast, name, Split("ratio", ratio_e6=333_333))
    put_month(cast, 202601, leave_out=(MAIN,))
    put_curve(cast, MAIN, first_of(202601), following(202601), wh)
    put_read(cast, MAIN, first_of(202601), 0)
    calculated(cast, 202601)
    found = [bill_of(cast, name, 202601) for name in (MAIN, "甲", "乙", "丙")]
    assert sum(bill.energy_wh for bill in found) == 31 * wh
    assert min(min(segment_of(bill)["period_wh"]) for bill in found) >= 0


def test_a_line_of_a_sub_meter_opens_to_the_days_of_its_main_meter(cast: Cast) -> None:
    newcomer(cast, "宿舍")
    behind(cast, "宿舍", Split("ratio", ratio_e6=30_000))
    found = queries.explain_line(bills(cast)["宿舍"], 1)
    assert found is not None
    assert (len(found.days), found.energy_wh) == (31, MAIN_WH)
    assert found.facts["adjust"][1]["by"] == "ratio"
