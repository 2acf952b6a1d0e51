"""Faults of an old system, planted in its bills; each says by which cause it must be found, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from gridhall.cis.billing.calculate import calculate
from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.supply import Chunk
from gridhall.cis.customers.models import Account
from gridhall.cis.metering.models import Installation
from gridhall.cis.tariffs.models import TariffVersion
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel.money import format_scaled, round_half_up
from gridhall.kernel.tariffs.types import PriceE8
from gridhall.readings.catalog import current_snapshot
from tests.cis.parallel.old_system import OldBill, rated

Planted = dict[str, str]  # account number → cause


class OldSystem:
    """The bills of a month, with faults planted one after the other in bills that have none yet."""

    def __init__(self, bills: list[OldBill], month: int) -> None:
        self.bills, self.month = bills, month
        self.planted: Planted = {}

    def sound(self, fits: Callable[[OldBill], object], most: int = 1) -> Iterator[OldBill]:
        """Bills of one segment without a fault so far."""
        found = [
            b for b in self.bills if b.account not in self.planted and len(b.rows) == 1 and b.amount_fen and fits(b)
        ]
        assert found, "the city has no such bill"
        yield from found[:most]

    def again(self, bill: OldBill, cause: str, version: Any = None, **changes: Any) -> bool:
        """Rate a bill anew with changed facts; a fault that changes nothing is none."""
        rows = [{**bill.rows[0], **changes}]
        lines = rated(rows, self.month, version)
        amount = sum(line.amount_fen for line in lines)
        if amount == bill.amount_fen:
            return False
        bill.lines, bill.rows = lines, rows
        bill.energy_wh = sum(rows[0]["period_wh"])
        bill.settle()
        self.planted[bill.account] = cause
        return True


def wrong_price(old: OldSystem) -> None:
    """One tariff has a peak price that is a cent too high."""
    for bill in list(old.sound(lambda b: b.tariff == "demo-ev", 100)):
        own = parsed(bill.rows[0]["version"])
        seasons = tuple(
            replace(season, prices=replace(season.prices, peak=PriceE8(int(season.prices.peak or 0) + 1_000_000)))
            for season in own.energy
        )
        old.again(bill, "unit_price", replace(own, energy=seasons))


def last_years_price(old: OldSystem) -> None:
    """Two accounts are still on the tariff version before the newest."""
    for bill in list(old.sound(lambda b: b.tariff == "demo-business-single-part-lt1kv", 2)):
        newest = TariffVersion.objects.get(pk=bill.rows[0]["version"])
        before = newest.tariff.versions.filter(valid_from__lt=newest.valid_from).latest("valid_from")
        assert old.again(bill, "unit_price", parsed(before.pk))


def wrong_multiplier(old: OldSystem) -> None:
    """The multiplier of one meter is half of what it should be."""
    own = {
        a.number: i.multiplier
        for i in Installation.objects.filter(multiplier__gt=1, multiplier__in=(20, 40, 60, 80, 120, 200, 400))
        for a in Account.objects.filter(agreements__service_point=i.service_point_id)
    }
    for bill in list(old.sound(lambda b: b.account in own and sum(b.rows[0]["period_wh"]) > 10**6)):
        row = bill.rows[0]
        half = {name: round_half_up(row[name], 2) for name in ("demand_kw_e6", "reactive_varh")}
        assert old.again(bill, "multiplier", period_wh=[round_half_up(wh, 2) for wh in row["period_wh"]], **half)
        bill.multiplier = own[bill.account] // 2


def tier_counter(old: OldSystem) -> None:
    """The counter of three households begins too low, because a month before was lost."""
    done = 0
    for bill in list(
        old.sound(lambda b: b.tariff.startswith("zhejiang-residential") and b.rows[0]["tier_before_wh"], 2000)
    ):
        tiers = {line.tier for line in bill.lines if line.quantity and line.kind in ("energy", "tier")}
        if done < 3 and max(tiers) > 1:
            before = max(bill.rows[0]["tier_before_wh"] - 400_000, 0)
            done += old.again(bill, "tier_counter", tier_before_wh=before)
    assert done == 3


def rounds_down(old: OldSystem) -> None:
    """One bill has each of its time-of-use lines rounded down."""
    for bill in list(old.sound(lambda b: b.tariff == "demo-business-single-part-1-10kv" and len(b.lines) > 3)):
        for line in bill.lines:
            if line.kind == "energy":
                line.amount_fen -= 1
        bill.settle()
        old.planted[bill.account] = "rounding"


def whole_kwh(old: OldSystem) -> None:
    """One household is billed whole kWh."""
    done = 0
    for bill in list(old.sound(lambda b: b.tariff == "zhejiang-residential", 400)):
        wh = bill.rows[0]["period_wh"][0]
        if not done and wh % 1000 > 400:
            done += old.again(bill, "rounding", period_wh=[wh // 1000 * 1000, 0, 0, 0, 0, 0])
    assert done


def missing_and_made_up(old: OldSystem) -> None:
    """Two accounts are not in the file, one in it does not exist here."""
    for bill in list(old.sound(lambda b: b.energy_wh, 2)):
        old.bills.remove(bill)
        old.planted[bill.account] = "missing_there"
    ghost = deepcopy(old.bills[-1])
    ghost.account = "9999999999"
    old.bills.append(ghost)
    old.planted[ghost.account] = "missing_here"


def other_days(old: OldSystem) -> None:
    """One account was read a day early: its bill is right for these days."""
    for bill in list(old.sound(lambda b: b.tariff == "zhejiang-residential-tou", 500)):
        account, end = Account.objects.get(number=bill.account), bill.end - timedelta(days=1)
        made = calculate(Chunk(ids=(account.pk,)), old.month, bill.first, end, current_snapshot())
        if not made.problems:  # it has a load curve
            bill.end, bill.rows = end, stored(made.inputs[0])
            bill.lines, bill.energy_wh = rated(bill.rows, old.month), int(made.energy_wh[0])
            bill.settle()
            assert bill.amount_fen == int(made.total_fen[0])
            old.planted[bill.account] = "period"
            return
    raise AssertionError("no account with a curve")


def power_factor_cap(old: OldSystem) -> None:
    """At the standard of 0.85 the reduction stops at 1.00 % instead of 1.10 %; the standard is 0.85 here too."""
    for bill in list(old.sound(lambda b: b.rows[0]["power_factor_standard"] == 85)):
        line = next(line for line in bill.lines if line.kind == "power_factor")
        assert line.price_e8 == -1_100_000
        line.price_e8 = -1_000_000
        line.amount_fen = round_half_up(line.quantity * line.price_e8, 10**8)
        bill.settle()
        old.planted[bill.account] = "power_factor"


def double_row(old: OldSystem) -> None:
    """Two bills stand in the file twice."""
    for bill in list(old.sound(lambda b: b.tariff == "zhejiang-shared-meter", 2)):
        old.bills.append(deepcopy(bill))
        old.planted[bill.account] = "repeated"


def turned_sign(old: OldSystem) -> None:
    """One bill went out as a reversal."""
    for bill in list(old.sound(lambda b: b.tariff == "demo-agriculture")):
        for line in bill.lines:
            line.amount_fen = -line.amount_fen
        bill.settle()
        old.planted[bill.account] = "sign"


def no_quota(old: OldSystem) -> None:
    """Nobody told the old system that a household has the free quota."""
    for bill in list(old.sound(lambda b: b.rows[0]["free_quota"] and b.energy_wh > 20_000)):
        assert old.again(bill, "free_quota", free_quota=False)


def other_charging(old: OldSystem) -> None:
    """A factory on its measured demand is charged by capacity."""
    for bill in list(old.sound(lambda b: b.rows[0]["charging"] == 3)):
        assert old.again(bill, "demand", charging=1)


def part_month(old: OldSystem) -> None:
    """A factory's contract demand is charged for 29 days."""
    for bill in list(old.sound(lambda b: b.rows[0]["charging"] == 2)):
        line = next(line for line in bill.lines if line.kind == "demand")
        before = line.amount_fen
        line.quantity = round_half_up(line.quantity * 29, 30)
        line.amount_fen = round_half_up(line.quantity * line.price_e8, 10**12)
        factor = next(line for line in bill.lines if line.kind == "power_factor")
        factor.quantity += line.amount_fen - before
        factor.amount_fen = round_half_up(factor.quantity * factor.price_e8, 10**8)
        bill.settle()
        old.planted[bill.account] = "proration"


def misread(old: OldSystem) -> None:
    """A reading was typed in wrong."""
    for bill in list(old.sound(lambda b: b.tariff == "zhejiang-residential" and not b.rows[0]["free_quota"])):
        wh = bill.rows[0]["period_wh"][0]
        assert old.again(bill, "reading", period_wh=[wh + 113_370, 0, 0, 0, 0, 0])
        bill.facts |= {"last_read": "5123.40", "this_read": "5434.44"}


def losses_added(old: OldSystem) -> None:
    """The old system adds transformer losses that we do not have."""
    for bill in list(old.sound(lambda b: b.tariff == "demo-agriculture")):
        wh = bill.rows[0]["period_wh"][0]
        assert old.again(bill, "loss", period_wh=[wh + 47_250, 0, 0, 0, 0, 0])
        bill.facts["loss"] = format_scaled(47_250, 3)


def sub_meter(old: OldSystem) -> None:
    """The old system takes a sub-meter's energy off."""
    for bill in list(old.sound(lambda b: b.tariff == "demo-agriculture" and b.energy_wh > 200_000)):
        wh = bill.rows[0]["period_wh"][0]
        assert old.again(bill, "sub_meter", period_wh=[wh - 31_700, 0, 0, 0, 0, 0])
        bill.facts["deducted"] = format_scaled(31_700, 3)


EVERY: tuple[Callable[[OldSystem], None], ...] = (
    wrong_price, last_years_price, power_factor_cap, part_month, other_charging, wrong_multiplier, tier_counter,
    rounds_down, whole_kwh, no_quota, other_days, double_row, turned_sign, losses_added, sub_meter, misread,
    missing_and_made_up,
)  # fmt: skip
