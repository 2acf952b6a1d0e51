"""What arrived late, on its page and in today's work: prices corrected after the bill, and prices that are missing."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Agreement
from gridhall.cis.tariffs.actions import create_series, publish
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.billing.test_real_time import END, FIRST, MAY, TARIFF, file_of, prices
from tests.cis.facts import bill_of, calculated, put_curve
from tests.halls.office.conftest import At, text_of

pytestmark = pytest.mark.usefixtures("town", "db")
PAGE, TODAY = "/office/late/", "/office/"


@pytest.fixture
def wheels(town: Cast) -> Cast:
    """Green Wheels draws 24 MWh a day in May at interval prices."""
    create_series(town.actor("Biller Gao"), "test-spot", "Test spot", "测试现货", 60, "a made-up market")
    publish(town.actor("Checker He"), TARIFF)
    held = Agreement.objects.within(EVERYTHING).filter(account=town.accounts["Green Wheels"])
    held.update(tariff_code="spot-charging")
    put_curve(town, "Green Wheels", FIRST, END, 24_000_000)
    return town


def test_a_corrected_price_stands_in_todays_work_until_its_bill_is_made_again(wheels: Cast, gao: Client) -> None:
    prices(wheels, file_of(FIRST, 31, "350"))
    calculated(wheels, MAY)
    before = bill_of(wheels, "Green Wheels", MAY)
    assert "What arrived late" not in text_of(gao.get(TODAY))
    prices(wheels, file_of(date(2026, 5, 20), 1, "350", at_noon="450"))
    assert "What arrived late : 1 bill changes with weather" in text_of(gao.get(TODAY))
    assert "What arrived late" in text_of(gao.get("/office/runs/"))
    shown = text_of(gao.get(PAGE))
    assert before.number in shown and "other prices" in shown and "¥100.00" in shown and "other periods" not in shown
    again = gao.post(f"{PAGE}bills/", follow=True)
    assert "1 bill was re-rated." in text_of(again)
    assert "No bill changes with what is known now." in text_of(again)
    assert bill_of(wheels, "Green Wheels", MAY).total_fen == before.total_fen + 10_000
    assert "What arrived late" not in text_of(gao.get(TODAY))


def test_whoever_is_not_billed_for_want_of_prices_is_named_with_the_series(wheels: Cast, gao: Client, at: At) -> None:
    prices(wheels, file_of(FIRST, 30, "350"))
    calculated(wheels, MAY)
    assert not Bill.objects.within(EVERYTHING).filter(account=wheels.accounts["Green Wheels"], month=MAY).exists()
    told = "1 account is not billed: series test-spot had no prices from 31 May 2026."
    for page in (TODAY, PAGE):
        assert f"{told} Publish them, then calculate again." in text_of(gao.get(page))
    prices(wheels, file_of(date(2026, 5, 31), 1, "350"))
    assert f"{told} They are published now; calculate again." in text_of(gao.get(TODAY))
    assert "1户未出账：序列test-spot" in text_of(at("Biller Gao", "zh-hans").get(PAGE))


def test_a_clerk_neither_reads_nor_bills_again_and_the_stranger_sees_nothing(wheels: Cast, at: At) -> None:
    prices(wheels, file_of(FIRST, 30, "350"))
    calculated(wheels, MAY)
    assert "What arrived late" not in text_of(at("Accountant Song").get("/office/runs/"))
    assert at("Clerk Wu").get(PAGE).status_code == 403
    assert at("Clerk Wu").post(f"{PAGE}bills/").status_code == 403
    assert "test-spot" not in text_of(at("Stranger").get(PAGE))
