"""Interval prices: Green Wheels pays what every quarter hour cost on the market."""

from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, OperationalError, transaction
from django.db.utils import InternalError, ProgrammingError
from django.utils.translation import override

from gridhall.cis.billing import queries
from gridhall.cis.billing.actions import re_rate
from gridhall.cis.billing.late_facts import change, touched
from gridhall.cis.billing.models import Bill, BillException
from gridhall.cis.customers.models import Agreement
from gridhall.cis.tariffs.actions import create_series, discard_prices, publish, publish_prices, upload_prices
from gridhall.cis.tariffs.models import PriceDay, PriceSeries, PriceUpload
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import bill_of, calculated, put_curve, put_month, released

MAY, FIRST, END = 202605, date(2026, 5, 1), date(2026, 6, 1)
TARIFF = """
code: spot-charging
name: {en: Charging at spot prices, zh: 充电桩现货电价}
area: 山东
tariff_class: single_part
valid_from: 2026-01-01
source: worked out by hand
evidence: C
energy: [{prices: {total: "0.2000"}}]
real_time: {series: test-spot}
"""


def file_of(first: date, days: int, price: str, at_noon: str | None = None) -> bytes:
    """Hourly prices in yuan per MWh, every hour alike but the one that ends at noon."""
    rows = [
        f"{first + timedelta(days=n)} {hour:02}:00,{at_noon if at_noon and hour == 12 else price}"
        for n in range(days)
        for hour in range(1, 25)
    ]
    return ("time,price\n" + "\n".join(rows)).encode()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def series(cast: Cast) -> PriceSeries:
    return create_series(cast.actor("Biller Gao"), "test-spot", "Test spot", "测试现货", 60, "a made-up market")


@pytest.fixture
def wheels(cast: Cast, series: PriceSeries) -> Cast:
    """Green Wheels draws 24 MWh a day in May, 250 kWh every quarter hour."""
    publish(cast.actor("Checker He"), TARIFF)
    Agreement.objects.within(EVERYTHING).filter(account=cast.accounts["Green Wheels"]).update(
        tariff_code="spot-charging"
    )
    put_curve(cast, "Green Wheels", FIRST, END, 24_000_000)
    return cast


def prices(cast: Cast, content: bytes) -> PriceUpload:
    """Read by Biller Gao, published by Checker He."""
    series = PriceSeries.objects.get(code="test-spot")
    upload = upload_prices(cast.actor("Biller Gao"), series.pk, content, "may.csv", "MWh", "end")
    publish_prices(cast.actor("Checker He"), upload.pk)
    return upload


def test_the_bill_is_every_quarter_hour_at_its_price(wheels: Cast) -> None:
    prices(wheels, file_of(FIRST, 31, "350", at_noon="-40"))
    released(wheels, MAY)
    bill = bill_of(wheels, "Green Wheels", MAY)
    energy, spot = queries.lines_of(bill)
    assert (energy.kind, energy.amount_fen) == ("energy", 744_000 * 20)
    # 31 days x (23 h x 1,000 kWh x 0.35 - 1 h x 1,000 kWh x 0.04) = 31 x 8,010.00
    assert (spot.kind, spot.quantity, spot.amount_fen) == ("real_time", 744_000_000, 31 * 801_000)
    assert bill.total_fen == energy.amount_fen + spot.amount_fen
    assert queries.recompute(bill).identical


def test_the_line_opens_into_days_with_the_price_of_each_interval(wheels: Cast) -> None:
    prices(wheels, file_of(FIRST, 31, "350", at_noon="-40"))
    released(wheels, MAY)
    bill = bill_of(wheels, "Green Wheels", MAY)
    explained = queries.explain_line(bill, 2)
    assert explained is not None
    assert sum(day.amount_fen or 0 for day in explained.days) == queries.lines_of(bill)[1].amount_fen
    day = explained.days[0]
    assert (day.prices_e8[43:49], day.amount_fen) == ([35_000_000, *[-4_000_000] * 4, 35_000_000], 801_000)


def test_a_month_without_its_prices_is_an_exception_that_names_series_and_days(wheels: Cast) -> None:
    prices(wheels, file_of(FIRST, 30, "350"))
    run = calculated(wheels, MAY)
    wheels_account = wheels.accounts["Green Wheels"]
    assert not Bill.objects.within(EVERYTHING).filter(run=run, account=wheels_account).exists()
    [found] = BillException.objects.within(EVERYTHING).filter(run=run, account=wheels_account)
    assert (found.kind, found.evidence) == (
        "missing_prices", {"series": "test-spot", "days": 1, "from": "2026-05-31"},
    )  # fmt: skip


def test_a_corrected_day_bills_again_what_it_touches_and_nothing_else(wheels: Cast) -> None:
    prices(wheels, file_of(FIRST, 31, "350"))
    put_curve(wheels, "No. 1 High School", FIRST, END, 250_000)
    released(wheels, MAY)
    before = bill_of(wheels, "Green Wheels", MAY)
    upload = prices(wheels, file_of(date(2026, 5, 20), 2, "350", at_noon="450"))
    assert upload.published.count() == 2
    [bill] = touched(wheels.actor("Biller Gao").scope)
    found = change(bill)
    assert (bill, found.days) == (before, [date(2026, 5, 20), date(2026, 5, 21)])
    assert found.difference_fen == 2 * 10_000  # 1,000 kWh x 0.10 on each of two days
    again = re_rate(wheels.actor("Biller Gao"), bill.pk)
    assert again.total_fen - before.total_fen == 20_000
    before.refresh_from_db()
    first = queries.explain_line(before, 2)
    assert first is not None
    assert {price for day in first.days for price in day.prices_e8} == {35_000_000}  # as it was known then
    assert touched(wheels.actor("Biller Gao").scope) == []


def test_bills_from_before_the_columns_get_them_out_of_their_inputs(wheels: Cast) -> None:
    prices(wheels, file_of(FIRST, 31, "350"))
    put_curve(wheels, "No. 1 High School", FIRST, END, 250_000)
    released(wheels, MAY)
    every = Bill.objects.within(EVERYTHING).order_by("pk")
    columns = ("seen_weather", "seen_announced", "seen_calendars", "seen_prices")
    before = list(every.values_list("pk", *columns))
    assert {row[-1] for row in before} == {None, PriceDay.objects.latest("pk").pk}
    every.update(**dict.fromkeys(columns))
    import_module("gridhall.cis.billing.migrations.0003_seen_facts").fill(apps, None)
    assert list(every.values_list("pk", *columns)) == before


def test_the_same_prices_again_are_no_correction(wheels: Cast) -> None:
    prices(wheels, file_of(FIRST, 31, "350"))
    released(wheels, MAY)
    again = prices(wheels, file_of(FIRST, 31, "350.00"))
    assert again.published.count() == 0
    assert touched(wheels.actor("Biller Gao").scope) == []


def test_the_same_file_twice_is_one_upload(cast: Cast, series: PriceSeries) -> None:
    content = file_of(FIRST, 1, "350")
    first, second = (
        upload_prices(cast.actor("Biller Gao"), series.pk, content, "may.csv", "MWh", "end") for _ in range(2)
    )
    assert first == second
    other = upload_prices(cast.actor("Biller Gao"), series.pk, content.replace(b"350", b"0.35"), "x.csv", "kWh", "end")
    assert other != first
    assert other.document == first.document


def test_whoever_read_the_file_does_not_publish_it(cast: Cast, series: PriceSeries) -> None:
    upload = upload_prices(cast.actor("Checker He"), series.pk, file_of(FIRST, 1, "350"), "may.csv", "MWh", "end")
    with pytest.raises(Refused, match="second person"):
        publish_prices(cast.actor("Checker He"), upload.pk)
    with pytest.raises(NotAllowed):
        publish_prices(cast.actor("Biller Gao"), upload.pk)
    discard_prices(cast.actor("Biller Gao"), upload.pk)
    with pytest.raises(Refused, match="already Discarded"):
        discard_prices(cast.actor("Biller Gao"), upload.pk)
    assert not PriceDay.objects.exists()


def test_published_prices_cannot_be_edited_or_deleted(cast: Cast, series: PriceSeries) -> None:
    prices(cast, file_of(FIRST, 1, "350"))
    for verb in (lambda: PriceDay.objects.update(prices_e8=[]), lambda: PriceDay.objects.all().delete()):
        with (
            pytest.raises((IntegrityError, OperationalError, InternalError, ProgrammingError), match="append-only"),
            transaction.atomic(),
        ):
            verb()


def test_a_file_without_a_whole_day_says_what_is_wrong(cast: Cast, series: PriceSeries) -> None:
    with pytest.raises(Refused, match=r"No whole day could be read: 2026-05-01 has prices for 23 / 24"):
        upload_prices(
            cast.actor("Biller Gao"), series.pk, file_of(FIRST, 1, "350").rsplit(b"\n", 1)[0], "x.csv", "MWh", "end"
        )


def test_a_register_meter_cannot_pay_interval_prices(cast: Cast, series: PriceSeries) -> None:
    publish(cast.actor("Checker He"), TARIFF)
    Agreement.objects.within(EVERYTHING).filter(account=cast.accounts["Lao Zhou"]).update(tariff_code="spot-charging")
    prices(cast, file_of(FIRST, 31, "350"))
    put_month(cast, MAY)
    run = calculated(cast, MAY)
    [found] = BillException.objects.within(EVERYTHING).filter(run=run, account=cast.accounts["Lao Zhou"])
    assert found.kind == "real_time_needs_curve"


@pytest.mark.parametrize(
    ("code", "minutes", "source", "said"),
    [
        ("Test Spot", 60, "x", "lower-case letters"),
        ("spot", 7, "x", "15, 30 or 60"),
        ("spot", 60, " ", "where its prices come from"),
        ("test-spot", 60, "x", "already a series"),
    ],
)
def test_a_series_that_cannot_be_is_refused(
    cast: Cast, series: PriceSeries, code: str, minutes: int, source: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        create_series(cast.actor("Biller Gao"), code, "Spot", "现货", minutes, source)


def test_a_clerk_touches_no_prices_and_what_is_not_there_is_not_found(cast: Cast, series: PriceSeries) -> None:
    with pytest.raises(NotAllowed):
        upload_prices(cast.actor("Clerk Wu"), series.pk, b"", "x", "MWh", "end")
    with pytest.raises(NotInScope):
        upload_prices(cast.actor("Biller Gao"), series.pk + 99, b"", "x", "MWh", "end")
    with pytest.raises(NotInScope):
        publish_prices(cast.actor("Checker He"), 99)
