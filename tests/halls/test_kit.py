"""Formats, forms, lists and charts of the kit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from django.test import RequestFactory
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from gridhall.halls import charts, formats
from gridhall.halls.dates import day_or, month_bounds, month_or
from gridhall.halls.forms import KeyedForm, YuanField
from gridhall.halls.lists import COUNT_MAX, listing
from gridhall.platform.models import AuditHead


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (formats.yuan(131560), "¥1,315.60"),
        (formats.yuan(-4000), "−¥40.00"),
        (formats.yuan(0), "¥0.00"),
        (formats.yuan(5), "¥0.05"),
        (formats.kwh(231450), "231.45"),
        (formats.kwh(231000), "231"),
        (formats.kwh(-1), "−0.001"),
        (formats.price(56880000), "0.5688"),
        (formats.price(58886875), "0.58886875"),
        (formats.price(4000000000), "40.0000"),
        (formats.demand(1250500000), "1,250.5"),
        (formats.percent(231, 1000), "23.1"),
        (formats.percent(1, 3), "33.3"),
        (formats.percent(-1, 2000), "−0.1"),
        (formats.percent(0, -5), "0.0"),
        (formats.percent(5, 0), "–"),
    ],
)
def test_a_number_reads_as_it_should(shown: str, expected: str) -> None:
    assert shown == expected


@given(st.integers(-(10**15), 10**15))
def test_money_shown_is_money_kept(fen: int) -> None:
    shown = formats.yuan(fen)
    assert int(shown.translate(str.maketrans({"−": "-", "¥": "", ",": "", ".": ""}))) == fen


def test_dates_read_in_both_languages() -> None:
    day, at = date(2026, 11, 21), datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    with override("zh-hans"):
        assert formats.day(day) == "2026年11月21日"
        assert formats.short_day(day) == "11月21日"
        assert formats.month(202611) == "2026年11月"
        assert formats.moment(at) == "2026年11月21日 00:30"
    with override("en"):
        assert formats.day(day) == "21 Nov 2026"
        assert formats.month(202601) == "Jan 2026"
        assert formats.moment(at) == "21 Nov 2026 00:30"
        assert formats.period(date(2026, 10, 1), date(2026, 11, 1)) == "1 Oct 2026 – 31 Oct 2026"


@given(st.text(max_size=12))
def test_any_text_for_a_day_or_month_gives_one(text: str) -> None:
    fallback = date(2026, 1, 1)
    assert isinstance(day_or(text, fallback), date)
    first, end = month_bounds(month_or(text, 202601))
    assert first.day == end.day == 1 and first < end


@given(st.integers(1, 10**9))
def test_an_amount_typed_is_the_amount_in_fen(fen: int) -> None:
    field = YuanField(most_fen=10**9)
    for text in (
        f"{fen // 100}.{fen % 100:02d}",
        f"{fen // 100:,}.{fen % 100:02d}",
        f" ¥{fen // 100}.{fen % 100:02d} ",
    ):
        assert field.clean(text) == fen


def test_two_forms_have_two_keys() -> None:
    assert KeyedForm()["key"].value() != KeyedForm()["key"].value()


# --- lists -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "number"), [("2", 2), ("999", 3), ("0", 1), ("-1", 1), ("x", 1), ("", 1), ("9" * 400, 1), ("²", 1)]
)
def test_a_page_that_does_not_exist_is_the_nearest_one(asked: str, number: int) -> None:
    found = listing(RequestFactory().get("/", {"page": asked}), list(range(25)), size=10)
    assert (found.number, found.pages, found.count) == (number, 3, 25)
    assert found.rows == list(range(25))[(number - 1) * 10 : number * 10]


def test_counting_stops_at_a_bound() -> None:
    found = listing(RequestFactory().get("/"), list(range(COUNT_MAX + 5)), size=50)
    assert found.more and found.count == COUNT_MAX and found.pages == COUNT_MAX // 50


def test_an_empty_list_has_one_empty_page() -> None:
    found = listing(RequestFactory().get("/"), [])
    assert (found.rows, found.number, found.pages, found.previous, found.next) == ([], 1, 1, None, None)


@pytest.mark.django_db
def test_a_query_is_counted_and_sliced_in_the_database(django_assert_num_queries) -> None:
    AuditHead.objects.bulk_create(AuditHead(chain=n) for n in range(60, 72))
    with django_assert_num_queries(2):
        found = listing(
            RequestFactory().get("/", {"page": "2"}), AuditHead.objects.filter(chain__gte=60).order_by("chain"), size=5
        )
    assert [head.chain for head in found.rows] == [65, 66, 67, 68, 69]


# --- charts ------------------------------------------------------------------------------------------------------

PERIOD_LISTS = st.lists(st.sampled_from(["sharp", "peak", "flat", "valley", "deep", "total"]), min_size=1, max_size=96)


@given(PERIOD_LISTS)
def test_bands_cover_exactly_the_slots_of_their_period(periods: list[str]) -> None:
    found = charts.bands(periods)
    rebuilt = ["total"] * len(periods)
    for band in found:
        rebuilt[band["first"] : band["end"]] = [band["period"]] * (band["end"] - band["first"])
    assert rebuilt == periods
    assert all(a["end"] < b["first"] or a["period"] != b["period"] for a, b in pairwise(found))
    assert all(band["letter"] for band in found)


def test_intervals_are_named_by_their_end() -> None:
    curve = charts.curve("…", [1] * 96, ["total"] * 96)
    assert [row[0] for row in curve.table.rows][:2] == ["00:15", "00:30"]
    assert curve.table.rows[-1][0] == "24:00"


def test_a_missing_value_is_a_gap_and_not_a_zero() -> None:
    assert charts.bars("…", ["a", "b"], [None, 0]).table.rows == [("a", "–"), ("b", "0")]


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=12))
def test_the_steps_of_a_waterfall_end_at_its_total(steps: list[int]) -> None:
    chart = charts.waterfall("…", [(str(n), step) for n, step in enumerate(steps)], "total")
    assert chart.data["total"] == sum(chart.data["steps"])
    assert chart.table.rows[-1] == ("total", formats.yuan(sum(steps)))


@given(st.integers(0, 10**7))
def test_the_tiers_share_out_all_that_was_used(used: int) -> None:
    chart = charts.tiers("…", used, [2_760_000, 4_800_000, None], ["1", "2", "3"])
    inside = [round(float(row[3].replace(",", "")) * 1000) for row in chart.table.rows]
    assert sum(inside) == used
