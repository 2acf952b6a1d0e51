"""Calendars: G8 for all 34 areas, G9 for facts about days, and what a bad calendar is told."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from gridhall.kernel import shipped
from gridhall.kernel.calendars import PERIODS, Calendar, DayFacts, day_types, load_calendar, slot_periods
from gridhall.kernel.tariffs import TariffError

BUSINESS = {code: versions[-1] for code, versions in shipped.calendars().items() if code.endswith("-business")}
CLASSES = ("single_part", "two_part")
WITH_HOLIDAYS = DayFacts(holidays=shipped.holidays())
HOT = DayFacts(daily_max_celsius_tenths={("Guangzhou", date(2026, 5, 20)): 360})


def period_at(
    code: str, on: date, clock: str, tariff_class: str = "single_part", facts: DayFacts = WITH_HOLIDAYS
) -> str:
    hour, minute = map(int, clock.split(":"))
    return PERIODS[slot_periods(BUSINESS[code], on, tariff_class, facts)[hour * 4 + minute // 15]]


def plain_day(calendar: Calendar, month: int) -> date:
    """A day of this month outside all holidays, in a year in which the calendar is in force."""
    return date(calendar.valid_to.year - 1 if calendar.valid_to else 2026, month, 12)


def days(versions: Iterable[Calendar] = BUSINESS.values()) -> Iterator[tuple[Calendar, int, str]]:
    for calendar in versions:
        for month in range(1, 13):
            for tariff_class in CLASSES:
                yield calendar, month, tariff_class


def test_every_version_of_every_calendar_covers_its_days() -> None:
    """The battery for shipped hours; a second version of a code goes through it as the first does."""
    every = [version for versions in shipped.calendars().values() for version in versions]
    for calendar, month, tariff_class in days(one for one in every if one.code.endswith("-business")):
        periods = slot_periods(calendar, plain_day(calendar, month), tariff_class, WITH_HOLIDAYS, 288)
        assert set(periods.tolist()) <= {1, 2, 3, 4, 5}, (calendar.code, calendar.valid_from, month, tariff_class)
    for versions in shipped.calendars().values():
        begins = [version.valid_from for version in versions]
        assert len(set(begins)) == len(begins) and len({version.area for version in versions}) == 1


def test_thirty_four_areas_make_816_covered_days() -> None:
    seen = 0
    for calendar, month, tariff_class in days():
        periods = slot_periods(calendar, plain_day(calendar, month), tariff_class, WITH_HOLIDAYS)
        assert set(periods.tolist()) <= {1, 2, 3, 4, 5}, (calendar.code, month, tariff_class)
        seen += 1
    assert seen == 816


def published_period(area: dict, month: int, kind: str, minute: int) -> str:
    """The period straight from the published records: unconditional entries, deep over sharp over the rest."""
    found = []
    for entry in area["entries"]:
        conditions = {key: value for key, value in entry["conditions"].items() if key != "class"}
        if conditions or month not in (entry["months"] or range(1, 13)):
            continue
        if kind not in entry["conditions"].get("class", [kind]):
            continue
        for start, end in entry["ranges"]:
            first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (start, end))
            inside = first <= minute < last if first < last else minute >= first or minute < last
            if inside:
                found.append(entry["period"])
    return min(found, key=["deep", "sharp", "peak", "flat", "valley"].index, default="flat")


def test_every_half_hour_is_the_one_of_the_published_records(shared_data: Path) -> None:
    areas = json.loads((shared_data / "tou_calendars.json").read_text())["areas"]
    by_area = {calendar.area: calendar for calendar in BUSINESS.values()}
    assert set(by_area) == {area["area"] for area in areas}
    for area in areas:
        calendar = by_area[area["area"]]
        for month in range(1, 13):
            for kind, tariff_class in (("single", "single_part"), ("two_part", "two_part")):
                found = slot_periods(calendar, plain_day(calendar, month), tariff_class, WITH_HOLIDAYS, 48)
                wanted = [published_period(area, month, kind, slot * 30) for slot in range(48)]
                assert [PERIODS[period] for period in found] == wanted, (area["area"], month, kind)


def test_sharp_lies_on_flat_hours_only_in_beijing() -> None:
    found = set()
    for calendar in BUSINESS.values():
        for entry in calendar.entries:
            for month in entry.months if entry.period == "sharp" and not entry.when.temperature else ():
                for span in entry.hours:
                    under = {
                        other.period
                        for other in calendar.entries
                        if month in other.months and other.period in ("peak", "flat", "valley")
                        if any(set(_minutes(span)) & set(_minutes(hours)) for hours in other.hours)
                    }
                    if under == {"flat"} and not entry.when.classes:
                        found.add((calendar.area, month, span))
    assert found == {("北京", 7, "16-17"), ("北京", 8, "16-17")}


def _minutes(span: str) -> Iterator[int]:
    start, end = ((int(p.split(":")[0]) * 60 + int((p + ":0").split(":")[1])) for p in span.split("-"))
    return (minute % 1440 for minute in range(start, end if end > start else end + 1440, 30))


def test_a_conditional_deep_meets_sharp_hours_only_in_zhejiang() -> None:
    found = set()
    for calendar, month, tariff_class in days():
        periods = slot_periods(calendar, plain_day(calendar, month), tariff_class, WITH_HOLIDAYS, 48)
        for entry in calendar.entries:
            conditional = entry.when.holidays or entry.when.rest_days or entry.when.holiday_days_min
            if entry.period == "deep" and month in entry.months and conditional:
                slots = [minute // 30 for span in entry.hours for minute in _minutes(span)]
                if (periods[slots] == PERIODS.index("sharp")).any():
                    found.add((calendar.area, month))
    assert found == {("浙江", month) for month in (1, 7, 8, 12)}


def test_sharp_in_liaoning_is_17_to_19_in_four_months_and_the_rest_is_8_8_8() -> None:
    calendar = BUSINESS["liaoning-business"]
    for month in range(1, 13):
        periods = slot_periods(calendar, plain_day(calendar, month), "two_part", WITH_HOLIDAYS, 48)
        sharp = np.flatnonzero(periods == 1).tolist()
        assert sharp == ([34, 35, 36, 37] if month in (1, 7, 8, 12) else [])
        counted = np.where(periods == 1, 2, periods)
        assert np.bincount(counted, minlength=5)[2:].tolist() == [16, 16, 16]


@pytest.mark.parametrize(
    ("code", "on", "clock", "tariff_class", "period"),
    [
        ("hubei-business", date(2026, 7, 15), "21:00", "single_part", "sharp"),
        ("hubei-business", date(2026, 7, 15), "19:00", "single_part", "peak"),
        ("jiangxi-business", date(2026, 8, 12), "21:00", "single_part", "sharp"),
        ("jiangxi-business", date(2026, 8, 12), "22:45", "single_part", "peak"),
        ("jiangxi-business", date(2026, 8, 12), "13:00", "single_part", "deep"),
        ("shanghai-business", date(2026, 1, 14), "20:00", "two_part", "sharp"),
        ("shanghai-business", date(2026, 1, 14), "20:00", "single_part", "peak"),
        ("tibet-business", date(2026, 7, 15), "04:00", "single_part", "deep"),
        ("zhejiang-business", date(2026, 2, 17), "10:30", "single_part", "deep"),
        ("zhejiang-business", date(2026, 2, 13), "10:30", "single_part", "peak"),
        ("zhejiang-business", date(2025, 1, 29), "10:30", "single_part", "deep"),
        ("zhejiang-business", date(2025, 1, 22), "10:30", "single_part", "sharp"),
    ],
)
def test_spot_hours(code: str, on: date, clock: str, tariff_class: str, period: str) -> None:
    assert period_at(code, on, clock, tariff_class) == period


def test_a_hot_day_turns_only_its_three_peak_hours_sharp() -> None:
    month = [date(2026, 5, 1) + timedelta(days=offset) for offset in range(31)]
    for day in month:
        usual = slot_periods(BUSINESS["guangdong-business"], day, "single_part", DayFacts())
        told = slot_periods(BUSINESS["guangdong-business"], day, "single_part", HOT)
        changed = np.flatnonzero(usual != told).tolist()
        assert changed == ([44, 45, 46, 47, *range(60, 68)] if day == date(2026, 5, 20) else [])
        assert {PERIODS[period] for period in usual[changed]} <= {"peak"}
        assert {PERIODS[period] for period in told[changed]} <= {"sharp"}


def test_a_day_of_34_9_degrees_changes_nothing() -> None:
    facts = DayFacts(daily_max_celsius_tenths={("Guangzhou", date(2026, 5, 20)): 349})
    assert period_at("guangdong-business", date(2026, 5, 20), "15:30", facts=facts) == "peak"
    assert period_at("guangdong-business", date(2026, 5, 20), "15:30", facts=HOT) == "sharp"


def test_sichuan_needs_three_hot_days_running_large_industry_and_the_right_prefecture() -> None:
    temperatures = {("四川", date(2026, 6, day)): 350 for day in (1, 2, 3, 4)}
    large = {"daily_max_celsius_tenths": temperatures, "large_industry": True}
    facts = DayFacts(**large)
    found = [period_at("sichuan-business", date(2026, 6, day), "13:30", "two_part", facts) for day in range(1, 6)]
    assert found == ["flat", "flat", "sharp", "sharp", "flat"]
    exempt = DayFacts(**large, prefecture="凉山州")
    assert period_at("sichuan-business", date(2026, 6, 3), "13:30", "two_part", exempt) == "flat"
    small = DayFacts(daily_max_celsius_tenths=temperatures)
    assert period_at("sichuan-business", date(2026, 6, 3), "13:30", "two_part", small) == "flat"


SWITCHED = {
    ("吉林", "sharp", date(2026, 7, 14)): ("17-19", "23-1"),
    ("黑龙江", "sharp", date(2026, 7, 15)): ("17:30-19",),
}


def test_an_announced_day_turns_only_its_hours_sharp() -> None:
    facts = DayFacts(announced=SWITCHED)
    for code, day, slots in (
        ("jilin-business", 14, [*range(4), *range(68, 76), *range(92, 96)]),
        ("heilongjiang-business", 15, [*range(70, 76)]),
    ):
        for on in (date(2026, 7, n) for n in range(1, 32)):
            usual = slot_periods(BUSINESS[code], on, "two_part", DayFacts())
            told = slot_periods(BUSINESS[code], on, "two_part", facts)
            changed = np.flatnonzero(usual != told).tolist()
            assert changed == (slots if on.day == day else [])
            assert {PERIODS[period] for period in told[changed]} <= {"sharp"}


def test_nothing_is_announced_by_the_calendars_themselves() -> None:
    asked = {calendar.area: calendar.announced for calendar in BUSINESS.values() if calendar.announced}
    assert asked == {"吉林": {"sharp": ()}, "黑龙江": {"sharp": ()}}


def test_announced_hours_that_a_curve_cannot_be_cut_by_are_refused() -> None:
    facts = DayFacts(announced={("吉林", "sharp", date(2026, 7, 14)): ("17:30-19",)})
    assert PERIODS[slot_periods(BUSINESS["jilin-business"], date(2026, 7, 14), "two_part", facts, 48)[35]] == "sharp"
    with pytest.raises(ValueError, match="17:30-19 announced for 2026-07-14 is not on a boundary of 24 slots"):
        slot_periods(BUSINESS["jilin-business"], date(2026, 7, 14), "two_part", facts, 24)


def test_an_entry_by_announcement_may_have_hours_but_no_rest() -> None:
    switched = SOUND + "  - {period: sharp, hours: [17-19], when: {announced: true}}\n"
    calendar = load_calendar(switched)
    assert calendar.announced == {"sharp": ("17-19",)}
    assert PERIODS[slot_periods(calendar, date(2026, 7, 14), "two_part", DayFacts(), 24)[17]] == "peak"
    with pytest.raises(TariffError, match="either hours or rest"):
        load_calendar(switched.replace("hours: [17-19]", "rest: true"))


def test_shanghai_rest_days_follow_swapped_workdays() -> None:
    facts = DayFacts(holidays=shipped.holidays(), large_industry=True)
    nights = {
        day: period_at("shanghai-business", day, "02:00", "two_part", facts)
        for day in (
            date(2026, 2, 14),
            date(2026, 2, 28),
            date(2026, 3, 7),
            date(2026, 3, 9),
            date(2026, 5, 4),
        )
    }
    assert list(nights.values()) == ["valley", "valley", "deep", "valley", "deep"]


def test_anhui_deep_is_for_large_industry_users_on_long_holidays() -> None:
    industry = DayFacts(holidays=shipped.holidays(), industrial=True, capacity_kva=315)
    small = DayFacts(holidays=shipped.holidays(), industrial=True, capacity_kva=314)
    assert period_at("anhui-business", date(2026, 10, 2), "12:00", "two_part", industry) == "deep"
    assert period_at("anhui-business", date(2026, 10, 2), "12:00", "two_part", small) == "valley"
    assert period_at("anhui-business", date(2026, 10, 2), "12:00", "single_part", industry) == "valley"
    assert period_at("anhui-business", date(2026, 10, 8), "12:00", "two_part", industry) == "valley"


def test_a_year_without_announced_holidays_is_refused_where_holidays_matter() -> None:
    with pytest.raises(ValueError, match="no holiday announcement for 2031"):
        period_at("zhejiang-business", date(2031, 3, 3), "08:00")
    with pytest.raises(ValueError, match="depends on holidays"):
        period_at("zhejiang-business", date(2026, 3, 3), "08:00", facts=DayFacts())
    assert period_at("hubei-business", date(2031, 3, 3), "08:00", facts=DayFacts()) == "flat"


def test_a_calendar_outside_its_validity_is_refused() -> None:
    with pytest.raises(ValueError, match="shandong-business is not in force on 2026-01-01"):
        period_at("shandong-business", date(2026, 1, 1), "08:00")


def test_a_class_without_hours_in_a_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="shanghai-business has no hours for class residential on 2026-05-12"):
        period_at("shanghai-business", date(2026, 5, 12), "08:00", "residential")


def test_half_hour_edges_need_48_slots_or_finer() -> None:
    calendar = BUSINESS["jiangxi-business"]
    assert calendar.slot_counts == (48, 96, 288)
    with pytest.raises(ValueError, match="24 slots; possible: 48, 96, 288"):
        slot_periods(calendar, date(2026, 8, 12), "single_part", WITH_HOLIDAYS, 24)


@pytest.mark.parametrize("slots", [24, 48, 96, 288])
def test_the_same_day_in_any_slot_count_is_the_same_day(slots: int) -> None:
    finest = slot_periods(BUSINESS["hubei-business"], date(2026, 7, 15), "single_part", DayFacts(), 288)
    coarse = slot_periods(BUSINESS["hubei-business"], date(2026, 7, 15), "single_part", DayFacts(), slots)
    assert coarse.shape == (slots,)
    assert np.array_equal(np.repeat(coarse, 288 // slots), finest)


def test_day_types_are_few_and_give_every_day_back() -> None:
    year = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(365)]
    facts = DayFacts(holidays=shipped.holidays())
    types, index = day_types(BUSINESS["zhejiang-business"], year, "two_part", facts)
    assert types.shape == (3, 96)
    for day, which in zip(year, index, strict=True):
        assert np.array_equal(types[which], slot_periods(BUSINESS["zhejiang-business"], day, "two_part", facts))


def test_residential_calendars_have_their_hours() -> None:
    hours = {
        "zhejiang-residential": {"peak": 14, "valley": 10},
        "guangzhou-residential": {"peak": 7, "flat": 9, "valley": 8},
        "sichuan-residential": {"flat": 16, "valley": 8},
    }
    for code, wanted in hours.items():
        periods = slot_periods(shipped.calendars()[code][-1], date(2026, 5, 4), "residential", DayFacts(), 24)
        counted = {PERIODS[p]: int((periods == p).sum()) for p in sorted(set(periods.tolist()))}
        assert counted == wanted


SOUND = """
code: test
area: 测试
name: {en: Test, zh: 测试}
source: invented
evidence: C
entries:
  - {period: peak, hours: [8-22]}
  - {period: valley, hours: [22-8]}
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("8-22", "8:10-22", r"hours are missing"),
        ("8-22", "8:07-22", r'entries\[0\].hours: "8:07-22" has an edge .* 24, 48, 96, 288'),
        ("8-22", "8 to 22", r'"8 to 22" is not a span of hours; write 16-18'),
        ("8-22", "8-25", r'"8-25" is not a span within one day'),
        ("8-22", "8-8", r'"8-8" is not a span within one day'),
        ("8-22", "8-23", r"month 1, single_part: peak, flat and valley overlap"),
        ("hours: [8-22]", "hours: [8-22], rest: true", r"either hours or rest"),
        ("hours: [8-22]", "hours: [8-22], months: [13]", r"are not months 1 to 12"),
        ("period: peak", "period: shoulder", r"entries\[0\].period: Invalid enum value 'shoulder'"),
    ],
)
def test_a_bad_calendar_says_where_and_what_to_write(old: str, new: str, told: str) -> None:
    load_calendar(SOUND)
    with pytest.raises(TariffError, match=told):
        load_calendar(SOUND.replace(old, new))
