"""Rating: the array path against the naive one, the invariants of a bill (G16), and what is refused."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridhall.kernel import shipped
from gridhall.kernel.oracle import Account, Line, rate_one, total
from gridhall.kernel.rating import (
    CHARGING_CAPACITY,
    CHARGING_DEMAND,
    Determinants,
    Lines,
    rate,
    split_thirtieths,
    vat_included_fen,
)
from gridhall.kernel.tariffs import TariffVersion, load
from tests.kernel.both import absent_lines_are_zero, determinants, lines_of, total_of
from tests.kernel.strategies import accounts, tariffs
from tests.kernel.test_tariffs import SOUND

MONTHS = st.integers(1, 12)


def shipped_version(code: str) -> TariffVersion:
    return shipped.tariffs()[code][0]


@st.composite
def books(draw: st.DrawFn, size_max: int = 5) -> tuple[TariffVersion, list[Account], int]:
    """A random tariff, accounts on it, and a month."""
    version, month = draw(tariffs()), draw(MONTHS)
    return version, draw(st.lists(accounts(version, month), min_size=1, max_size=size_max)), 202600 + month


@settings(max_examples=300, deadline=None)
@given(books())
def test_the_array_path_and_the_single_bill_path_agree_bit_for_bit(book) -> None:
    version, people, month = book
    lines = rate(version, determinants(people, version), month)
    for row, account in enumerate(people):
        expected = rate_one(version, account)
        assert lines_of(lines, row) == expected
        assert total_of(lines, row) == total(expected)
    assert absent_lines_are_zero(lines)


@settings(deadline=None)
@given(books())
def test_lines_add_up_to_the_bill_and_components_to_the_energy_charge(book) -> None:
    version, people, month = book
    lines = rate(version, determinants(people, version), month)
    charged = sum((c.amount_fen for c in lines.columns if not c.item.included), np.zeros(len(people), np.int64))
    energy = sum(
        (c.amount_fen for c in lines.columns if c.item.kind in ("energy", "tier", "free_quota", "real_time")),
        np.int64(0),
    )
    parts = [column.amount_fen for column in lines.columns if column.item.kind == "component"]
    assert np.array_equal(charged, lines.total_fen)
    assert not parts or np.array_equal(sum(parts), energy)


@settings(deadline=None)
@given(books(), st.randoms(use_true_random=False))
def test_the_order_of_accounts_does_not_change_a_bill(book, random) -> None:
    version, people, month = book
    order = list(range(len(people)))
    random.shuffle(order)
    facts = determinants(people, version)
    straight, shuffled = rate(version, facts, month), rate(version, facts.take(np.array(order)), month)
    assert np.array_equal(straight.total_fen[order], shuffled.total_fen)


@settings(deadline=None)
@given(books())
def test_the_same_facts_give_the_same_bill_always(book) -> None:
    version, people, month = book
    first, again = (rate(version, determinants(people, version), month) for _ in range(2))
    for one, other in zip(first.columns, again.columns, strict=True):
        assert one.item == other.item
        # a reversal is the bill with its sign turned: with the same facts it nets to zero, line by line
        assert not (one.amount_fen - other.amount_fen).any()


RESIDENTIAL = [code for code in shipped.tariffs() if "residential" in code]


@settings(deadline=None)
@given(st.sampled_from(RESIDENTIAL), MONTHS, st.decimals(0, 9000, places=3), st.data())
def test_splitting_a_period_keeps_every_kwh_and_the_charge_within_a_fen_a_line(code, month, before, data) -> None:
    """Uplifts that differ by period are spread over the periods of each bill: there only a tier's kWh stay."""
    version = shipped_version(code)
    by_period = version.tiers is not None and any(uplift.total is None for uplift in version.tiers.uplifts)
    periods = version.season(month).prices.periods()
    first = {period: data.draw(st.decimals(0, 2000, places=3)) for period in periods}
    second = {period: data.draw(st.decimals(0, 2000, places=3)) for period in periods}
    whole = Account(month=month, tier_before_kwh=before, period_kwh={p: first[p] + second[p] for p in periods})
    start = replace(whole, period_kwh=first)
    rest = replace(whole, period_kwh=second, tier_before_kwh=before + start.kwh)
    bills = rate(version, determinants([whole, start, rest]), 202600 + month)
    lines = [column for column in bills.columns if not column.item.included]
    for column in lines:
        if column.item.tier is None or not by_period:
            assert column.quantity[0] == column.quantity[1] + column.quantity[2]
            assert abs(column.amount_fen[0] - column.amount_fen[1] - column.amount_fen[2]) <= 1
    for tier in {column.item.tier for column in lines}:
        kwh = sum(column.quantity for column in lines if column.item.tier == tier)
        assert kwh[0] == kwh[1] + kwh[2]


@settings(deadline=None)
@given(st.sampled_from(RESIDENTIAL), MONTHS, st.decimals(0, 9000, places=3), st.data())
def test_more_kwh_never_lower_a_tiered_charge(code, month, before, data) -> None:
    version = shipped_version(code)
    periods = version.season(month).prices.periods()
    used = {period: data.draw(st.decimals(0, 3000, places=3)) for period in periods}
    more = {period: kwh + data.draw(st.decimals(1, 100, places=3)) for period, kwh in used.items()}
    account = Account(month=month, tier_before_kwh=before, period_kwh=used)
    bills = rate(version, determinants([account, replace(account, period_kwh=more)]), 202600 + month)
    assert bills.total_fen[0] < bills.total_fen[1]
    assert bills.energy_wh[0] == int(account.kwh.scaleb(3))


@settings(deadline=None)
@given(books(size_max=1))
def test_zero_use_carries_no_line_that_depends_on_kwh(book) -> None:
    version, (account,), month = book
    idle = replace(account, period_kwh={})
    lines = lines_of(rate(version, determinants([idle]), month), 0)
    assert {line.kind for line in lines} <= {"capacity", "demand", "fixed", "minimum"}


def test_a_hot_day_told_late_turns_3060_into_3825_and_back() -> None:
    version = hot_tariff()
    cool = Account(month=5, period_kwh={"peak": Decimal(3000)})
    hot = replace(cool, period_kwh={"sharp": Decimal(3000)})
    bills = rate(version, determinants([cool, hot, cool]), 202605)
    assert bills.total_fen.tolist() == [306_000, 382_500, 306_000]


def hot_tariff() -> TariffVersion:
    return load(
        SOUND.replace('total: "0.5380"', 'peak: "1.0200", sharp: "1.2750", flat: "0.60", valley: "0.2280"')
        .replace("area: 浙江", "area: 广东\ncalendar: guangdong-business")
        .partition("tiers:")[0]
    )


def test_energy_past_the_64_bit_edge_is_billed_exactly() -> None:
    facts = Determinants.empty(2)
    facts.period_wh[:, 0] = [200_000_000_000_000, 1_000]
    lines = rate(shipped_version("zhejiang-shared-meter"), facts, 202601)
    assert lines.total_fen.tolist() == [200_000_000_000 * 5580 // 100, 56]


def test_no_accounts_make_no_bills() -> None:
    lines = rate(shipped_version("hubei-two-part-110kv"), Determinants.empty(0), 202601)
    assert lines.total_fen.shape == (0,)


def test_tax_inside_the_total_leaves_the_funds_out() -> None:
    version = shipped_version("hubei-single-part-lt1kv")
    facts = Determinants.empty(1)
    facts.period_wh[0, 3] = 1_000_000_000
    lines = rate(version, facts, 202601)
    taxed = Decimal("735686.00") - Decimal("45200.00")
    assert vat_included_fen(version, lines).tolist() == [int((taxed * 100 * 13 / 113).to_integral_value())]


@pytest.mark.parametrize(
    ("segments", "days_in_month", "thirtieths"),
    [
        ([31], 31, [30]),
        ([28], 28, [30]),
        ([16, 15], 31, [16, 14]),
        ([14, 14], 28, [14, 16]),
        ([10], 30, [10]),
        ([5, 5], 31, [5, 5]),
        ([30, 1], 31, [30, 0]),
    ],
)
def test_a_whole_month_is_thirty_thirtieths_however_it_is_split(segments, days_in_month, thirtieths) -> None:
    assert split_thirtieths(segments, days_in_month) == thirtieths


def test_segments_longer_than_the_month_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        split_thirtieths([20, 20], 31)


def refused(code: str, **changes: object) -> str:
    facts = Determinants.empty(3)
    for name, value in changes.items():
        if name == "period":
            facts.period_wh[1, value] = 1000
        else:
            getattr(facts, name)[1] = value
    with pytest.raises(ValueError, match=r".") as refusal:
        rate(shipped_version(code), facts, 202601)
    return str(refusal.value)


def test_what_cannot_be_rated_names_row_reason_and_remedy() -> None:
    assert refused("zhejiang-residential", period=2).startswith(
        "row 1: energy in period peak, but zhejiang-residential"
    )
    assert "fold the readings with its calendar" in refused("hubei-two-part-110kv", period=0)
    assert "no capacity price" in refused("hubei-single-part-35kv", charging=CHARGING_CAPACITY)
    assert "no demand price" in refused("hubei-single-part-35kv", charging=CHARGING_DEMAND)
    assert "70 is not one of" in refused("hubei-two-part-110kv", power_factor_standard=70)


def test_negative_energy_is_refused_by_row() -> None:
    facts = Determinants.empty(2)
    facts.period_wh[1, 0] = -1
    with pytest.raises(ValueError, match="row 1: negative energy"):
        rate(shipped_version("flat-rate"), facts, 202601)


def test_determinants_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"persons needs shape \[2\]"):
        replace(Determinants.empty(2), persons=np.zeros(3, np.int16))
    with pytest.raises(ValueError, match="period_wh needs shape"):
        replace(Determinants.empty(2), period_wh=np.zeros((2, 5), np.int64))


def test_a_month_is_yyyymm() -> None:
    with pytest.raises(ValueError, match="202613 is not YYYYMM"):
        rate(shipped_version("flat-rate"), Determinants.empty(1), 202613)


def test_every_line_names_its_source() -> None:
    facts = determinants([Account(month=1, period_kwh={"flat": Decimal(1)}, power_factor_standard=90)])
    lines: Lines = rate(shipped_version("hubei-two-part-110kv"), facts, 202601)
    assert all(column.item.clause for column in lines.columns)


def test_the_witness_writes_lines_in_yuan() -> None:
    account = Account(month=7, period_kwh={"total": Decimal(100)})
    expected = Line(
        kind="energy", quantity=Decimal(100), price=Decimal("0.558"), amount=Decimal("55.80"), period="total"
    )
    assert rate_one(shipped_version("zhejiang-shared-meter"), account) == [expected]
