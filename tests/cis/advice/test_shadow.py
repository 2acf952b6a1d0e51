"""A bill that somebody else issued, beside the one that we would issue: every fen between them has a cause."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest

from gridhall.cis.advice import queries
from gridhall.cis.advice.actions import add_shadow_bill, discard_shadow_bill
from gridhall.cis.advice.models import ShadowBill
from gridhall.cis.advice.shadow.other import OtherBill
from gridhall.cis.advice.shadow.reading import BYTES_MAX, read_bill
from gridhall.cis.billing.models import Bill
from gridhall.cis.ledger.models import Entry
from gridhall.cis.parallel.causes.case import Line
from gridhall.kernel.calendars import PERIODS
from gridhall.platform import clock
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.models import AuditEvent
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import bill_of

pytestmark = pytest.mark.usefixtures("english")
APRIL = datetime(2026, 4, 3, 4, tzinfo=UTC)
JANUARY, FEBRUARY, MARCH, END = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)


def added(cast: Cast, name: str, other: OtherBill, by: str = "", key: str | None = None) -> ShadowBill:
    with clock.set_to(APRIL):
        return add_shadow_bill(cast.actor(by or name), cast.accounts[name], other, key=key)


def energy(kwh: int, price_e8: int, fen: int) -> Line:
    return Line("energy", "", 0, "", False, kwh * 1000, price_e8, fen)


def parts_add_up(row: ShadowBill) -> bool:
    return sum(part["fen"] for part in row.parts) == row.difference_fen


def test_ms_li_holds_the_same_bill_and_is_told_so(billed: Cast) -> None:
    row = added(billed, "Ms Li", OtherBill(JANUARY, FEBRUARY, 333_56, lines=(energy(620, 53_800_000, 333_56),)))
    assert (row.ours_fen, row.difference_fen, row.parts, row.basis) == (333_56, 0, [], "readings")
    (pair,) = queries.shadow_pairs(row)
    assert (pair.ours.quantity, pair.theirs.quantity, pair.fen) == (620_000, 620_000, 0)


def test_another_price_is_named_to_the_fen(billed: Cast) -> None:
    row = added(billed, "Ms Li", OtherBill(JANUARY, FEBRUARY, 364_56, lines=(energy(620, 58_800_000, 364_56),)))
    assert (row.cause, row.difference_fen) == ("unit_price", -31_00)
    assert parts_add_up(row)
    assert row.parts[0]["theirs_e8"] == 58_800_000


def test_other_energy_is_told_from_the_readings(billed: Cast) -> None:
    row = added(
        billed, "Ms Li", OtherBill(JANUARY, FEBRUARY, 376_60, 700_000, lines=(energy(700, 53_800_000, 376_60),))
    )
    assert (row.cause, row.ours_wh) == ("reading", 620_000)
    assert parts_add_up(row)


def test_a_total_alone_is_enough_to_begin_with(billed: Cast) -> None:
    row = added(billed, "Ms Li", OtherBill(JANUARY, FEBRUARY, 340_00))
    assert row.difference_fen == -6_44 and parts_add_up(row)


@pytest.mark.parametrize("name", ["Ms Li", "Sunny Roof", "Haisheng Foods", "Green Wheels", "No. 1 High School"])
def test_our_own_bill_brought_as_another_is_equal_for_everybody(billed: Cast, name: str) -> None:
    bill = bill_of(billed, name, 202602)
    exports = [line.segment for line in bill.lines.all() if line.item.version.tariff.code == "demo-export"]
    lines = tuple(
        Line(
            "feed_in" if line.segment in exports else line.item.kind,
            "" if line.item.period == "total" else line.item.period, line.item.tier, line.item.component,
            line.item.included, line.quantity, line.price_e8, line.amount_fen,
        )
        for line in bill.lines.select_related("item").order_by("seq")
    )  # fmt: skip
    row = added(billed, name, OtherBill(FEBRUARY, MARCH, bill.total_fen, bill.energy_wh, lines=lines))
    assert (row.ours_fen, row.difference_fen, row.parts) == (bill.total_fen, 0, [])


def test_days_without_readings_are_billed_on_the_energy_of_the_other_bill(billed: Cast) -> None:
    row = added(billed, "Ms Li", OtherBill(MARCH, END, 1000_00, 1_600_000))
    assert (row.basis, row.ours_wh) == ("facts", 1_600_000)
    used = sum(bill_of(billed, "Ms Li", month).energy_wh for month in (202601, 202602))
    second_tier_kwh = (used + 1_600_000 - 2_760_000) // 1000
    assert row.ours_fen == 1600 * 53_80 // 100 + second_tier_kwh * 5  # 0.05 yuan more in the second tier
    assert parts_add_up(row)


@pytest.mark.parametrize(
    ("name", "other", "problem"),
    [
        ("Ms Li", OtherBill(MARCH, END, 100_00), "no_energy"),
        ("Haisheng Foods", OtherBill(MARCH, END, 100_00, 10_000), "no_periods"),
        (
            "Haisheng Foods",
            OtherBill(
                MARCH, END, 100_00, period_wh=tuple(1000 * (period not in ("total", "deep")) for period in PERIODS)
            ),
            "no_demand",
        ),
        ("Grandma Chen", OtherBill(MARCH, END, 100_00), "no_energy"),
    ],
)
def test_what_is_missing_to_bill_their_facts_is_said(billed: Cast, name: str, other: OtherBill, problem: str) -> None:
    row = added(billed, name, other)
    assert (row.problem[0], row.ours_fen, queries.shadow_pairs(row)) == (problem, None, [])


def test_a_works_without_readings_is_billed_by_its_periods_and_its_demand(billed: Cast) -> None:
    wh = tuple(0 if period in ("total", "deep") else 50_000_000 for period in PERIODS)
    demand = Line("demand", "", 0, "", False, 820_000_000, None, 30_000_00)
    row = added(billed, "Haisheng Foods", OtherBill(MARCH, END, 200_000_00, period_wh=wh, lines=(demand,)))
    assert (row.basis, row.ours_wh) == ("facts", 200_000_000)
    assert {line[1] for line in row.our_lines if line[0] == "energy"} == {"sharp", "peak", "flat", "valley"}
    assert row.problem[0] == "no_power_factor" and "power_factor" not in {line[0] for line in row.our_lines}
    assert parts_add_up(row)


def test_nothing_of_it_is_ever_a_bill(billed: Cast) -> None:
    before = Bill.objects.within(EVERYTHING).count(), Entry.objects.count()
    added(billed, "Ms Li", OtherBill(JANUARY, FEBRUARY, 999_00))
    assert (Bill.objects.within(EVERYTHING).count(), Entry.objects.count()) == before


def test_pressing_twice_keeps_one(billed: Cast) -> None:
    other = OtherBill(JANUARY, FEBRUARY, 340_00)
    assert added(billed, "Ms Li", other, key="press").pk == added(billed, "Ms Li", other, key="press").pk
    assert AuditEvent.objects.filter(tag="shadow-bill:add").count() == 1


def test_only_who_entered_a_bill_discards_it_and_it_stays_in_the_table(billed: Cast) -> None:
    row = added(billed, "Ms Li", OtherBill(JANUARY, FEBRUARY, 340_00), by="Clerk Wu")
    li = billed.actor("Ms Li")
    assert list(queries.shadow_bills(li.scope, row.account_id)) == [row]
    with pytest.raises(Refused, match="Only who entered"):
        discard_shadow_bill(li, row.pk)
    discard_shadow_bill(billed.actor("Clerk Wu"), row.pk)
    assert not queries.shadow_bills(li.scope, row.account_id).exists()
    assert queries.shadow_bill(li.scope, row.public_id).state == ShadowBill.State.DISCARDED
    with pytest.raises(Refused, match="discarded already"):
        discard_shadow_bill(billed.actor("Clerk Wu"), row.pk)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"end": JANUARY}, "first and the last day"),
        ({"end": date(2026, 4, 30), "first": MARCH}, "ends after today"),
        ({"first": date(2025, 12, 1)}, "before this account was opened"),
        ({"energy_wh": 5, "period_wh": (0, 1, 1, 1, 1, 0)}, "does not add up"),
        ({"energy_wh": -1}, "never negative"),
        ({"amount_fen": 10**12}, "decimal point"),
        ({"lines": (Line("gift", "", 0, "", False, None, None, 1),)}, "no known kind"),
        ({"lines": (Line("energy", "noon", 0, "", False, None, None, 1),)}, "no known kind"),
        ({"lines": (energy(1, 1, 1),) * 61}, "at most 60 lines"),
    ],
)
def test_a_bill_that_cannot_be_is_refused_with_what_to_change(
    billed: Cast, changed: dict[str, object], told: str
) -> None:
    with pytest.raises(Refused, match=told):
        added(billed, "Ms Li", replace(OtherBill(JANUARY, FEBRUARY, 100_00), **changed))  # type: ignore[arg-type]
    assert not ShadowBill.objects.within(EVERYTHING).exists()


def test_the_stranger_neither_adds_nor_sees_nor_discards(billed: Cast) -> None:
    stranger = billed.actor("Stranger")
    with pytest.raises(NotInScope):
        added(billed, "Ms Li", OtherBill(JANUARY, FEBRUARY, 100_00), by="Stranger")
    row = added(billed, "Ms Li", OtherBill(JANUARY, FEBRUARY, 100_00))
    assert queries.shadow_bill(stranger.scope, row.public_id) is None
    assert not queries.shadow_bills(stranger.scope, row.account_id).exists()
    with pytest.raises(NotInScope):
        discard_shadow_bill(stranger, row.pk)
    with pytest.raises(NotInScope):
        discard_shadow_bill(billed.actor("Lao Zhou"), row.pk)
    with pytest.raises(NotAllowed):
        added(billed, "Ms Li", OtherBill(JANUARY, FEBRUARY, 100_00), by="Agent Qian")


# --- files ----------------------------------------------------------------------------------------------------------

HEAD = "户号,电费年月,起始日期,截止日期,总电量,应收电费"
DAYS = (JANUARY, FEBRUARY)


def read(text: str, number: str = "3204000015") -> OtherBill:
    return read_bill(text.encode(), "bill.csv", number, 202601, DAYS)


def test_a_bill_is_read_from_a_table_with_chinese_headings() -> None:
    found = read(f"{HEAD}\n3204000015,202601,2026-01-01,2026-01-31,620,333.56\n")
    assert (found.first, found.end, found.energy_wh, found.amount_fen) == (*DAYS, 620_000, 333_56)
    assert found.source == "file: bill.csv"


def test_lines_of_a_bill_are_read_with_what_they_are_for() -> None:
    rows = "户号,费用名称,电量,单价,金额\n1,尖峰电费,100,1.0,100\n1,低谷电费,200,0.3,60\n1,力调电费,,,-1.20\n"
    found = read(rows)
    assert found.amount_fen == 158_80
    assert [(line.kind, line.period, line.amount_fen) for line in found.lines] == [
        ("energy", "sharp", 100_00), ("energy", "valley", 60_00), ("power_factor", "", -1_20),
    ]  # fmt: skip
    assert (found.first, found.end) == DAYS  # the file does not say them


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "."),
        ("colour,shape\nred,round\n", "no column for the amount"),
        (f"{HEAD}\n1,202601,2026-01-01,2026-01-31,620,many\n", "Row 2: "),
        (f"{HEAD}\n1,202512,2025-12-01,2025-12-31,620,1\n", "Row 2: "),
        (f"{HEAD}\n1,202601,,,620,1\n2,202601,,,620,1\n", "2 bills and none of account 3204000015"),
        (f"{HEAD}\n3204000015,202601,,,620,1\n3204000015,202601,,,1,2\n", "several bills of account"),
    ],
)
def test_a_file_that_is_no_bill_says_where_and_what_to_do(text: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        read(text)


def test_a_file_that_is_too_large_is_not_read() -> None:
    with pytest.raises(Refused, match="larger than 2 MiB"):
        read_bill(BytesIO(b"x" * (BYTES_MAX + 1)).read(), "a.csv", "1", 202601, DAYS)
