import io
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from greenbutton_objects.parse import parse_feed
from hypothesis import given, settings
from hypothesis import strategies as st

from gridhall.codecs import green_button, green_button_export, limits
from gridhall.codecs.errors import Code, CodecError
from gridhall.codecs.intervals import (
    EDITED,
    ESTIMATED,
    MISSING,
    SUBSTITUTED,
    SUSPECT,
    DailyTotal,
    IntervalBatch,
    IntervalOptions,
    batch_of_days,
    day_of,
)
from tests.codecs.samples import by_day, only_problem, read, refused, warnings

START = 1_795_219_200  # 2026-11-21 00:00 UTC


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "protocols/greenbutton"


def reading(start: int, value: object = 1, duration: int = 3600, extra: str = "") -> str:
    return (
        f"<IntervalReading>{extra}<timePeriod><duration>{duration}</duration><start>{start}</start></timePeriod>"
        f"<value>{value}</value></IntervalReading>"
    )


def feed(
    readings: Iterable[str], kind: str = "<uom>72</uom><flowDirection>1</flowDirection>", zone: str = "0"
) -> bytes:
    """A feed with one point, one ReadingType and one block."""

    def entry(own: str, related: str, content: str) -> str:
        links = "".join(f'<link rel="related" href="{href}"/>' for href in related.split())
        up = own.rsplit("/", 1)[0]
        own_links = f'<link rel="self" href="{own}"/><link rel="up" href="{up}"/>'
        return f"<entry>{own_links}{links}<content>{content}</content></entry>"

    espi = 'xmlns="http://naesb.org/espi"'
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">'
        + entry("/UsagePoint/7", "/UsagePoint/7/MeterReading /LocalTimeParameters/1", f"<UsagePoint {espi}/>")
        + entry(
            "/LocalTimeParameters/1",
            "",
            f"<LocalTimeParameters {espi}><tzOffset>{zone}</tzOffset></LocalTimeParameters>",
        )
        + entry(
            "/UsagePoint/7/MeterReading/1",
            "/UsagePoint/7/MeterReading/1/IntervalBlock /ReadingType/1",
            f"<MeterReading {espi}/>",
        )
        + entry("/ReadingType/1", "", f"<ReadingType {espi}>{kind}</ReadingType>")
        + entry(
            "/UsagePoint/7/MeterReading/1/IntervalBlock/1",
            "",
            f"<IntervalBlock {espi}>{''.join(readings)}</IntervalBlock>",
        )
        + "</feed>"
    ).encode()


def hours(first: int = START, count: int = 24) -> list[str]:
    return [reading(first + i * 3600) for i in range(count)]


def test_good_files_give_the_sums_and_counts_of_their_expectations(folder: Path) -> None:
    for expected in json.loads((folder / "expected.json").read_text())["good"]:
        found, _ = read(green_button.read, (folder / expected["file"]).read_bytes())
        batches = [x for x in found if isinstance(x, IntervalBatch)]
        totals = [x for x in found if isinstance(x, DailyTotal)]
        energy = sum(int(x.values.sum()) for x in batches) + sum(x.value_wh for x in totals)
        assert energy == expected.get("energy_wh", expected["sum"]), expected["file"]
        present = [x.values[x.flags != MISSING] for x in batches] + [np.array([x.value_wh]) for x in totals]
        assert sum(map(len, present)) == expected["readings"]
        if "max" in expected:
            assert (max(map(np.max, present)), min(map(np.min, present))) == (expected["max"], expected["min"])
        quantity = {1: 1, 19: 2}[int(expected["flow_direction"])]
        assert {q for x in batches for q in x.quantity.tolist()} | {x.quantity for x in totals} == {quantity}


def test_a_year_of_hours_lies_on_standard_time_without_a_gap(folder: Path) -> None:
    name = "Coastal_Multi_Family_Jan_1_2011_to_Jan_1_2012_RetailCustomer_5.xml"
    (batch,), problems = read(green_button.read, (folder / name).read_bytes())
    assert (batch.keys, batch.slots, problems) == (("5/1",), 24, [])
    assert [day_of(batch.days[i]).isoformat() for i in (0, -1)] == ["2011-01-01", "2011-12-31"]
    assert not (batch.flags == MISSING).any()


def test_a_year_of_days_gives_daily_totals_on_the_right_dates(folder: Path) -> None:
    totals, _ = read(green_button.read, (folder / "TestGBDataOneYearDailyBinnedMonthly.xml").read_bytes())
    dates = [day_of(x.day) for x in totals]
    assert len(set(dates)) == len(dates) == 444
    # The days on which the clocks changed in New York are among them, once each.
    assert {date(2013, 3, 10), date(2013, 11, 3)} < set(dates)


BAD = {
    "bad/own_bad_value.xml": Code.NUMBER,
    "bad/own_bad_entity.xml": Code.XML_DOCTYPE,
    "bad/own_bad_no_reading_type.xml": Code.READING_TYPE_MISSING,
}


def test_bad_files_end_as_their_expectations_say(folder: Path) -> None:
    for expected in json.loads((folder / "expected.json").read_text())["bad"]:
        found = refused(green_button.read, (folder / expected["file"]).read_bytes())
        assert found.message_code is BAD[expected["file"]]
    assert "1795220100" in refused(green_button.read, (folder / "bad/own_bad_value.xml").read_bytes()).message


def test_an_entity_is_never_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("12345")
    for doctype in (
        f'<!DOCTYPE feed [<!ENTITY x SYSTEM "{secret.as_uri()}">]>',
        '<!DOCTYPE feed [<!ENTITY a "1"><!ENTITY x "&a;&a;">]>',
        "<!DOCTYPE feed>",
    ):
        data = feed([reading(START, "&x;")]).replace(b"<feed ", doctype.encode() + b"<feed ", 1)
        assert refused(green_button.read, data).message_code is Code.XML_DOCTYPE
        as_utf16 = data.decode().replace('<?xml version="1.0"?>', "").encode("utf-16")
        assert refused(green_button.read, as_utf16).message_code is Code.XML_DOCTYPE


def test_standard_time_comes_from_the_file_and_then_from_the_options() -> None:
    (batch,), _ = read(green_button.read, feed(hours(START - 8 * 3600), zone="28800"))
    assert (len(batch), batch.flags.any()) == (1, False)
    bare = feed(hours(START - 8 * 3600)).replace(b"LocalTimeParameters", b"Other")
    assert Code.OFFSET_ASSUMED in warnings(green_button.read, bare)
    assert warnings(green_button.read, bare, IntervalOptions(utc_offset_s=28800)) == []


@pytest.mark.parametrize(("power", "value"), [(3, 2000), (0, 2), (-3, 0), (6, 2_000_000)])
def test_the_power_of_ten_is_applied(power: int, value: int) -> None:
    kind = f"<uom>72</uom><powerOfTenMultiplier>{power}</powerOfTenMultiplier>"
    (batch,), _ = read(green_button.read, feed([reading(START, 2)], kind))
    assert batch.values[0, 0] == value


@pytest.mark.parametrize(("uom", "flow", "quantity"), [(72, 1, 1), (72, 19, 2), (73, 1, 3), (73, 19, 4)])
def test_unit_and_direction_make_the_quantity(uom: int, flow: int, quantity: int) -> None:
    (batch,), _ = read(green_button.read, feed(hours(), f"<uom>{uom}</uom><flowDirection>{flow}</flowDirection>"))
    assert batch.quantity.tolist() == [quantity]


def test_qualities_become_flags() -> None:
    codes = {0: 0, 7: EDITED, 8: ESTIMATED, 9: SUBSTITUTED, 10: SUSPECT, 14: 0, 99: SUSPECT}
    marks = [f"<ReadingQuality><quality>{code}</quality></ReadingQuality>" for code in codes]
    (batch,), _ = read(green_button.read, feed(reading(START + i * 3600, extra=x) for i, x in enumerate(marks)))
    assert batch.flags[0, : len(codes)].tolist() == list(codes.values())


def test_a_reading_sent_twice_alike_is_taken_once_and_otherwise_refused() -> None:
    assert warnings(green_button.read, feed([*hours(), reading(START)])) == [Code.REPEATED]
    assert only_problem(green_button.read, feed([*hours(), reading(START, 2)])).message_code is Code.CONTRADICTION


FAULTS = {
    "duration": ([reading(START, duration=600)], Code.INTERVAL_UNKNOWN),
    "no duration": ([reading(START, duration=0)], Code.INTERVAL_UNKNOWN),
    "off the grid": ([reading(START + 60)], Code.TIME_OFF_GRID),
    "before our time": ([reading(-3600)], Code.TIME_OFF_GRID),
    "huge": ([reading(START, 10**14)], Code.NUMBER_TOO_LARGE),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_reading_is_named(fault: str) -> None:
    readings, code = FAULTS[fault]
    assert only_problem(green_button.read, feed(readings)).message_code is code


@pytest.mark.parametrize(
    "kind",
    [
        "<uom>72</uom><accumulationBehaviour>1</accumulationBehaviour>",
        "<uom>72</uom><flowDirection>4</flowDirection>",
        "<uom>72</uom><powerOfTenMultiplier>40</powerOfTenMultiplier>",
    ],
)
def test_a_reading_type_that_is_no_energy_per_interval_is_refused(kind: str) -> None:
    assert only_problem(green_button.read, feed(hours(), kind)).message_code is Code.READING_TYPE_UNFIT


def test_a_point_whose_name_is_too_long_is_refused_and_never_cut() -> None:
    data = feed(hours()).replace(b"UsagePoint/7", b"UsagePoint/" + b"7" * 65)
    assert only_problem(green_button.read, data).message_code is Code.FIELD_TOO_LONG


def test_another_unit_is_left_out_with_a_word() -> None:
    assert refused(green_button.read, feed(hours(), "<uom>29</uom>")).message_code is Code.NO_ROWS


WHOLE_FILES = {
    "empty": (b"", Code.FILE_EMPTY),
    "names": (feed(hours()).replace(b"LocalTime", b"Local24:00Time"), Code.XML_BROKEN),
    "no XML": (b"point,date\n", Code.XML_BROKEN),
    "cut": (feed(hours())[:-400], Code.XML_BROKEN),
    "deep": (b"<a>" * 40 + b"</a>" * 40, Code.XML_TOO_DEEP),
    "value": (feed([reading(START, "1.5")]), Code.NUMBER),
    "no value": (feed([reading(START, "")]), Code.NUMBER),
    "start": (feed([reading(START).replace(str(START), "9" * 5000)]), Code.NUMBER),
    "nothing in it": (feed([]), Code.NO_ROWS),
    "no readings at all": (b"<feed/>", Code.NO_ROWS),
}


@pytest.mark.parametrize("name", WHOLE_FILES)
def test_a_file_that_is_wrong_as_a_whole_is_refused(name: str) -> None:
    data, code = WHOLE_FILES[name]
    assert refused(green_button.read, data).message_code is code


def test_a_file_larger_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_XML_BYTES", 1000)
    assert refused(green_button.read, feed(hours())).message_code is Code.FILE_TOO_LARGE


def export(batches: list[IntervalBatch]) -> bytes:
    out = io.BytesIO()
    written_at = datetime(2026, 11, 21, tzinfo=UTC)
    green_button_export.write(out, batches, title="Ms Li & Co", written_at=written_at, utc_offset_s=28800)
    return out.getvalue()


keys = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=20)
day_rows = st.tuples(
    st.integers(1, 4), st.integers(0, 30_000), st.lists(st.integers(-(10**9), 10**9), min_size=24, max_size=24)
)


@given(keys, st.lists(day_rows, min_size=1, max_size=5, unique_by=lambda x: x[:2]))
@settings(max_examples=40, deadline=None)
def test_what_is_written_is_read_back(key: str, rows: list[tuple[int, int, list[int]]]) -> None:
    values = np.array([x[2] for x in rows], np.int64)
    # 4 is MISSING, whose value is 0 by definition.
    flags = (np.abs(values) % 6).astype(np.uint8)
    flags[:, 0] = 0
    values[flags == MISSING] = 0
    batch = batch_of_days(
        [key] * len(rows), [x[0] for x in rows], [x[1] for x in rows], values, flags, range(len(rows))
    )
    assert by_day(read(green_button.read, export([batch]))[0]) == by_day([batch])


def test_greenbutton_objects_reads_our_export(folder: Path, tmp_path: Path) -> None:
    name = "Inland_Single_Family_Jan_1_2011_to_Jan_1_2012_RetailCustomer_9.xml"
    ours = read(green_button.read, (folder / name).read_bytes())[0]
    path = tmp_path / "export.xml"
    path.write_bytes(export(ours))
    (point,) = parse_feed(path)
    (meter_reading,) = point.meterReadings
    readings = list(meter_reading.intervalReadings)
    assert (point.title, meter_reading.readingType.uom.value, len(readings)) == ("9/1", 72, 8760)
    assert [x.value for x in readings] == ours[0].values.ravel().tolist()
    # The first hour of 2011 in the standard time that was asked for, UTC+8.
    assert readings[0].timePeriod.start == datetime(2010, 12, 31, 16, tzinfo=UTC)


def test_a_broken_file_raises_only_our_error() -> None:
    good = feed(hours())
    for cut in range(0, len(good) - 1, 97):
        with pytest.raises(CodecError):
            list(green_button.read(io.BytesIO(good[:cut])))
