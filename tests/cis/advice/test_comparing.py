"""What a customer would have paid on another plan: the figure of the very bill run that would have been."""

from datetime import date, timedelta

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridhall.cis.advice import comparing
from gridhall.cis.advice.comparing import Compared, compare
from gridhall.cis.advice.plans import Catalogue, Charging, Plan
from gridhall.cis.billing.calculate import calculate
from gridhall.cis.billing.models import Bill
from gridhall.cis.billing.supply import Chunk
from gridhall.cis.customers.actions import change_tariff
from gridhall.cis.customers.models import Agreement
from gridhall.cis.network.models import ServicePointTerms
from gridhall.cis.tariffs.actions import (
    create_series,
    publish_parsed,
    publish_prices,
    publish_shipped,
    upload_prices,
)
from gridhall.cis.tariffs.models import TariffVersion
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel.tariffs import PERIODS
from gridhall.kernel.tariffs.types import RealTime
from gridhall.platform.actor import system
from gridhall.platform.scope import EVERYTHING
from gridhall.readings.catalog import current_snapshot
from tests.cast import Cast
from tests.cis.facts import bill_of, first_of, following, put_curve, put_month, released

MONTHS = (202601, 202602)
TODAY = date(2026, 3, 5)
ONE_PRICE, BY_TIME, TWO_PART = "zhejiang-residential", "zhejiang-residential-tou", "demo-business-two-part-1-10kv"


def advice_of(cast: Cast, name: str, until: int = MONTHS[-1]) -> Compared:
    (found,) = compare([cast.accounts[name].pk], until, Catalogue(TODAY))
    return found


def option(found: Compared, code: str, charging: int = 0) -> comparing.Option:
    return next(one for one in found.options if one.plan == Plan(code, charging))


def as_a_run_would_bill(cast: Cast, name: str, month: int, plan: Plan) -> int:
    """The total of a bill run in which the agreement had always been on the plan."""
    rows = Agreement.objects.filter(account=cast.accounts[name], direction="import")
    before = list(rows.values("pk", "tariff_code", "charging"))
    rows.update(tariff_code=plan.code, charging=plan.charging)
    chunk = Chunk(ids=(cast.accounts[name].pk,))
    result = calculate(chunk, month, first_of(month), following(month), current_snapshot())
    for row in before:
        rows.filter(pk=row.pop("pk")).update(**row)
    assert not result.problems
    return int(result.total_fen[0])


def test_the_present_plan_comes_out_as_billed_to_the_fen_for_everybody(billed: Cast) -> None:
    found = compare([account.pk for account in billed.accounts.values()], MONTHS[-1], Catalogue(TODAY))
    assert len(found) == len(billed.accounts)
    for one in found:
        assert not one.differing
        assert one.current.complete
        assert {month: part.fen for month, part in one.current.months.items()} == one.account.billed_fen


@pytest.mark.parametrize(
    ("name", "plan"),
    [
        ("Ms Li", Plan(BY_TIME)),
        ("Sunny Roof", Plan(ONE_PRICE)),
        ("Haisheng Foods", Plan(TWO_PART, Charging.CAPACITY)),
        ("Haisheng Foods", Plan(TWO_PART, Charging.ACTUAL)),
    ],
)
def test_another_plan_costs_what_a_bill_run_on_it_would_have_charged(billed: Cast, name: str, plan: Plan) -> None:
    found = option(advice_of(billed, name), *plan)
    assert found.complete and set(found.months) == set(MONTHS)
    assert {month: one.fen for month, one in found.months.items()} == {
        month: as_a_run_would_bill(billed, name, month, plan) for month in MONTHS
    }
    assert found.fen != sum(advice_of(billed, name).account.billed_fen.values())


def test_ms_li_sees_how_her_energy_lies_in_the_periods(billed: Cast) -> None:
    found = option(advice_of(billed, "Ms Li"), BY_TIME)
    wh = dict(zip(PERIODS, found.period_wh, strict=True))
    assert wh["peak"] + wh["valley"] == sum(bill_of(billed, "Ms Li", month).energy_wh for month in MONTHS)
    assert wh["peak"] == 59 * 56 * 208  # January and February, fourteen hours a day, 208 Wh in each of their quarters


def test_a_register_without_hours_is_said_and_never_guessed(billed: Cast) -> None:
    found = option(advice_of(billed, "Lao Zhou"), BY_TIME)
    assert [(one.fen, one.why) for one in found.months.values()] == [(None, "no_curve")] * 2
    assert found.fen == 0 and not found.known
    assert advice_of(billed, "Lao Zhou").best() is None


def test_curves_that_do_not_add_up_to_the_bill_are_not_used(billed: Cast) -> None:
    put_curve(billed, "Lao Zhou", first_of(202601), following(202601), 4_000)
    bill = bill_of(billed, "Lao Zhou", 202601)
    Bill.objects.filter(pk=bill.pk).update(snapshot=current_snapshot())
    assert option(advice_of(billed, "Lao Zhou"), BY_TIME).months[202601].why == "curve_differs"


def test_a_correction_after_the_bill_does_not_change_what_is_compared(billed: Cast) -> None:
    before = option(advice_of(billed, "Ms Li"), BY_TIME).months[202601]
    put_curve(billed, "Ms Li", first_of(202601), following(202601), 77_000)
    assert option(advice_of(billed, "Ms Li"), BY_TIME).months[202601] == before


def test_the_tiers_of_a_year_go_on_where_the_other_plan_would_have_them(billed: Cast) -> None:
    """A plan without tiers stores no counter, so what was used before is counted from the bills themselves."""
    version = parsed(TariffVersion.objects.get(tariff__code=ONE_PRICE).pk)
    publish_parsed(system(), msgspec.structs.replace(version, code="zhejiang-untiered", tiers=None))
    change_tariff(billed.actor("Clerk Wu"), billed.agreement("Ms Li"), "zhejiang-untiered", date(2026, 3, 1))
    for month in (202603, 202604, 202605, 202606):
        put_month(billed, month)
        released(billed, month)
    (found,) = compare([billed.accounts["Ms Li"].pk], 202606, Catalogue(date(2026, 7, 5)))
    assert found.current.plan == Plan("zhejiang-untiered")
    june = option(found, ONE_PRICE).months[202606].fen
    assert june == as_a_run_would_bill(billed, "Ms Li", 202606, Plan(ONE_PRICE))
    assert june > found.account.billed_fen[202606]  # 3,020 kWh before June: the second tier has begun


def test_the_catalog_is_asked_once_for_all_billed_months(billed: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert option(advice_of(billed, "Ms Li"), BY_TIME).complete
    assert sum("readings_segment" in query["sql"] for query in asked) == 1


def test_plans_of_another_class_area_or_voltage_are_not_offered(billed: Cast) -> None:
    publish_shipped(system())
    offered = {name: {one.plan for one in advice_of(billed, name).options} for name in billed.accounts}
    assert offered["Ms Li"] == {Plan(ONE_PRICE), Plan(BY_TIME)}
    assert offered["No. 1 High School"] == {Plan("zhejiang-shared-meter")}
    assert offered["Haisheng Foods"] == {Plan(TWO_PART, way) for way in (1, 2, 3)}  # 1,000 kVA: two-part only
    assert offered["Green Wheels"] == {Plan("demo-ev"), Plan("demo-business-single-part-lt1kv")}


def test_a_plan_with_a_price_for_every_interval_costs_what_a_run_would_bill(billed: Cast) -> None:
    version = parsed(TariffVersion.objects.get(tariff__code=ONE_PRICE).pk)
    live = msgspec.structs.replace(version, code="zhejiang-live", tiers=None, real_time=RealTime(series="day-ahead"))
    publish_parsed(system(), live)
    unknown = option(advice_of(billed, "Ms Li"), "zhejiang-live")
    assert {one.why for one in unknown.months.values()} == {"no_interval_prices"}
    prices_of_january_and_february(billed)
    found = option(advice_of(billed, "Ms Li"), "zhejiang-live")
    assert found.complete
    for month in MONTHS:
        assert found.months[month].fen == as_a_run_would_bill(billed, "Ms Li", month, found.plan)
    by_register = option(advice_of(billed, "Lao Zhou"), "zhejiang-live")
    assert {one.why for one in by_register.months.values()} == {"no_curve"}


def prices_of_january_and_february(cast: Cast) -> None:
    """Hourly, dear in the evening; read by Biller Gao, published by Checker He."""
    series = create_series(cast.actor("Biller Gao"), "day-ahead", "Day ahead", "日前", 60, "a made-up market")
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(59)]
    rows = [f"{day} {hour:02}:00,{900 if hour > 17 else 150}" for day in days for hour in range(1, 25)]
    content = ("time,price\n" + "\n".join(rows)).encode()
    upload = upload_prices(cast.actor("Biller Gao"), series.pk, content, "x.csv", "MWh", "end")
    publish_prices(cast.actor("Checker He"), upload.pk)


def test_a_works_of_two_hundred_kva_may_choose_single_part_prices(billed: Cast) -> None:
    publish_shipped(system())
    terms = ServicePointTerms.objects.filter(service_point=billed.service_points["Haisheng Foods"])
    terms.update(operating_capacity_kva_e6=200_000_000)
    assert Plan("demo-business-single-part-1-10kv") in {one.plan for one in advice_of(billed, "Haisheng Foods").options}


def test_a_bill_that_holds_amounts_from_elsewhere_is_not_compared(billed: Cast) -> None:
    bill = bill_of(billed, "Ms Li", 202601)
    Bill.objects.filter(pk=bill.pk).update(total_fen=bill.total_fen + 1)
    found = advice_of(billed, "Ms Li")
    assert found.differing == [202601]
    assert option(found, BY_TIME).months[202601].why == "not_again"
    assert option(found, BY_TIME).known == [202602]
    assert found.best() is None


def test_the_best_plan_is_the_one_that_saves_most(billed: Cast) -> None:
    found = advice_of(billed, "Sunny Roof")
    best = min(found.options, key=lambda one: one.fen)
    assert (found.best() or found.current) == best
    assert found.saving_fen(best) == sum(found.account.billed_fen.values()) - best.fen


def test_a_closed_account_has_nothing_to_choose(billed: Cast) -> None:
    account = billed.accounts["Ms Li"]
    type(account).objects.within(EVERYTHING).filter(pk=account.pk).update(status="closed")
    assert compare([account.pk], MONTHS[-1], Catalogue(TODAY)) == []
