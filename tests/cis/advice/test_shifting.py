"""What if part of the use lay at other hours: the figure of a bill run on a curve that was really moved."""

import json

import numpy as np
from django.conf import settings
from django.db import transaction

from gridhall.cis.advice import queries
from gridhall.cis.advice.comparing import Compared
from gridhall.cis.advice.plans import Catalogue, Charging, Plan
from gridhall.cis.advice.shifting import Shift
from gridhall.cis.billing.models import Bill
from gridhall.kernel.tariffs import PERIODS
from gridhall.platform.scope import EVERYTHING, Scope
from gridhall.readings import catalog
from gridhall.readings.store import Quantity, day_number, write_segments
from tests.cast import Cast
from tests.cis.advice.test_comparing import BY_TIME, MONTHS, ONE_PRICE, TODAY, as_a_run_would_bill, option
from tests.cis.facts import CITY, bill_of, first_of, following

PEAK = slice(32, 88)  # 8:00 to 22:00, the peak of Zhejiang's homes; the rest is valley


def shifted(cast: Cast, name: str, percent: int, source: str = "peak", target: str = "valley") -> Compared:
    plans = Catalogue(TODAY)
    before = queries.advice(EVERYTHING, cast.accounts[name].pk, plans)
    assert before is not None
    hours = queries.movable(before, plans)
    assert hours is not None and {source, target} <= set(hours.periods)
    found = queries.advice(EVERYTHING, cast.accounts[name].pk, plans, shift=Shift(percent, source, target, hours.hours))
    assert found is not None
    return found


def put_values(cast: Cast, name: str, month: int, day: np.ndarray) -> None:
    """Every day of a month as ``day[96]``."""
    days = np.arange(day_number(first_of(month)), day_number(following(month)), dtype=np.int32)
    points = np.full(len(days), cast.service_points[name].point_id, np.int64)
    values = np.tile(day.astype(np.uint32), (len(days), 1))
    records = write_segments(settings.INTERVAL_STORE, CITY, points, days, values, None, Quantity.ACTIVE_IMPORT, "")
    with transaction.atomic():
        catalog.publish(records, reason="test")


def test_a_third_of_ms_lis_peak_at_night_costs_what_a_run_on_such_a_curve_would_bill(billed: Cast) -> None:
    """20 kWh a day: 208 Wh in a quarter of an hour, 240 in the last. Of 11,648 Wh at the peak 3,494 go, 62.4 of each;
    the forty quarters of the valley take 87.35 each."""
    found = shifted(billed, "Ms Li", 30)
    day = np.full(96, 208)
    day[-1] += 20_000 - day.sum()
    day[PEAK] -= 62
    day[32 : 32 + 22] -= 1
    valley = [*range(32), *range(88, 96)]
    day[valley] += 87
    day[valley[:14]] += 1
    assert day.sum() == 20_000
    for month in MONTHS:
        put_values(billed, "Ms Li", month, day)
    for code in (ONE_PRICE, BY_TIME):
        one = option(found, code)
        assert one.complete
        for month in MONTHS:
            assert one.months[month].fen == as_a_run_would_bill(billed, "Ms Li", month, Plan(code))
    wh = dict(zip(PERIODS, option(found, BY_TIME).period_wh, strict=True))
    assert wh["peak"] == 59 * (56 * 208 - 3494)
    assert sum(wh.values()) == sum(bill_of(billed, "Ms Li", month).energy_wh for month in MONTHS)
    assert found.current.fen == sum(found.account.billed_fen.values())  # one price: the hours do not matter


def test_demand_moves_with_the_use_of_a_works(billed: Cast) -> None:
    """A flat curve with all its peak at another time is no longer flat: its highest demand grows."""
    before = queries.advice(EVERYTHING, billed.accounts["Haisheng Foods"].pk, Catalogue(TODAY))
    found = shifted(billed, "Haisheng Foods", 100)
    assert before is not None
    (by_demand,) = (one for one in found.options if one.plan.charging == Charging.ACTUAL)
    same = next(one for one in before.options if one.plan == by_demand.plan)
    assert sum(by_demand.period_wh) == sum(same.period_wh)
    assert by_demand.period_wh[PERIODS.index("peak")] == 0 < same.period_wh[PERIODS.index("peak")]
    by_capacity, flat = (
        next(one for one in every if one.plan.charging == Charging.CAPACITY)
        for every in (found.options, before.options)
    )
    assert by_demand.fen - same.fen > by_capacity.fen - flat.fen  # the energy is the same: what is more is demand


def test_nothing_moved_is_what_was_billed(billed: Cast) -> None:
    found = shifted(billed, "Sunny Roof", 0)
    assert found.current.fen == sum(found.account.billed_fen.values()) and not found.differing


def test_a_meter_that_counts_by_period_moves_its_own_registers(billed: Cast) -> None:
    bill = bill_of(billed, "Sunny Roof", 202601)
    rows = json.loads(bill.inputs)
    for row in rows:
        row["reads"] = []
    Bill.objects.filter(pk=bill.pk).update(inputs=json.dumps(rows))
    before = dict(zip(PERIODS, next(row for row in rows if not row["export"])["period_wh"], strict=True))
    after = dict(zip(PERIODS, shifted(billed, "Sunny Roof", 25).current.months[202601].period_wh, strict=True))
    assert after["peak"] == before["peak"] - round(before["peak"] * 0.25)
    assert after["valley"] == before["valley"] + round(before["peak"] * 0.25)
    assert sum(after.values()) == sum(before.values())


def test_one_register_without_periods_has_nothing_to_move(billed: Cast) -> None:
    plans = Catalogue(TODAY)
    found = queries.advice(EVERYTHING, billed.accounts["Lao Zhou"].pk, plans)
    assert found is not None and queries.movable(found, plans) is None


def test_curves_that_do_not_add_up_to_the_bill_are_not_moved(billed: Cast) -> None:
    bill = bill_of(billed, "Ms Li", 202601)
    rows = json.loads(bill.inputs)
    rows[0]["period_wh"][0] += 1
    Bill.objects.filter(pk=bill.pk).update(inputs=json.dumps(rows))
    found = shifted(billed, "Ms Li", 30)
    assert {one.months[202601].why for one in found.options} == {"curve_differs"}


def test_of_two_supplies_the_chosen_one_is_compared(billed: Cast) -> None:
    """Ms Li takes over the supply of the roof: two supplies, each with plans of its own."""
    mine, roof = billed.agreement("Ms Li"), billed.agreement("Sunny Roof")
    type(roof).objects.filter(pk=roof.pk).update(account=billed.accounts["Ms Li"])
    held = queries.supplies_of(EVERYTHING, billed.accounts["Ms Li"].pk, TODAY)
    assert [one.pk for one in held] == sorted([mine.pk, roof.pk])
    assert queries.supplies_of(Scope(), billed.accounts["Ms Li"].pk, TODAY) == []
    plans = Catalogue(TODAY)
    for agreement, code in ((mine, ONE_PRICE), (roof, BY_TIME)):
        found = queries.advice(EVERYTHING, billed.accounts["Ms Li"].pk, plans, agreement_id=agreement.pk)
        assert found is not None and (found.current.plan.code, found.account.supplies) == (code, 2)
        chosen = queries.choices(EVERYTHING, billed.accounts["Ms Li"].pk, plans, agreement.pk)
        assert chosen is not None and chosen.agreement == agreement
