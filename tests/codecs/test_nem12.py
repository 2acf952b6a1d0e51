import io
import json
from collections import Counter
from pathlib import Path

import pytest
from nemreader import NEMFile

from gridhall.codecs import nem12
from gridhall.codecs.errors import Code, CodecError, FileProblem, Severity
from gridhall.codecs.intervals import ACTUAL, ESTIMATED, MISSING, SUBSTITUTED, IntervalBatch, IntervalOptions
from gridhall.codecs.nem13 import AccumulatedRead
from tests.codecs.samples import by_day, only_problem, read, refused, warnings

QUANTITY = {"E": 1, "B": 2, "Q": 3, "K": 4}
WH = {"wh": 1, "varh": 1, "kwh": 1000, "kvarh": 1000}
FLAG = {"A": ACTUAL, "S14": SUBSTITUTED, "F14": SUBSTITUTED}


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "protocols/nem12"


def nem(*body: str, header: str = "100,NEM12,202601021200,MDP,Ret", end: str = "900") -> bytes:
    """A NEM12 file around some records."""
    return "".join(line + "\r\n" for line in (header, *body, end) if line).encode()


def day(date: str = "20260101", quality: str = "A", value: str = "1", count: int = 48) -> str:
    return f"300,{date}," + ",".join([value] * count) + f",{quality},,,20260102010101,"


CHANNEL = "200,NMI1,E1,1,E1,N1,METER,kWh,30,"


def test_good_files_give_the_sums_counts_and_qualities_of_their_expectations(folder: Path) -> None:
    for expected in json.loads((folder / "expected.json").read_text())["good"]:
        batches = list(nem12.read(io.BytesIO((folder / expected["file"]).read_bytes())))
        days = by_day(x for x in batches if isinstance(x, IntervalBatch))
        assert not [x for x in batches if isinstance(x, FileProblem)], expected["file"]
        for channel in expected["channels"] if expected["version"] == "NEM12" else []:
            stream = channel["channel"][1:]
            key = channel["nmi"] if stream == "1" else f"{channel['nmi']}/{stream}"
            mine = [v for (k, q, _), v in days.items() if (k, q) == (key, QUANTITY[channel["channel"][0]])]
            assert sum(len(values) for values, _ in mine) == channel["readings"]
            exact = round(float(channel["sum"]) * WH[channel["uom"].casefold()])
            assert sum(sum(values) for values, _ in mine) == exact, (expected["file"], channel["channel"])
            counted = Counter(flag for _, flags in mine for flag in flags)
            assert counted == sum((Counter({FLAG[q]: n}) for q, n in channel["quality"].items()), Counter())


def test_nem13_gives_both_readings_and_the_energy_between(folder: Path) -> None:
    (found,), problems = read(nem12.read, (folder / "Example_NEM13_consumption_data.csv").read_bytes())
    assert isinstance(found, AccumulatedRead)
    assert (found.key, found.energy_wh, found.previous, found.current) == (
        "VABC005890",
        1_312_100,
        "006342.8",
        "007654.9",
    )
    assert (f"{found.previous_at}", f"{found.current_at}") == ("2003-10-05 09:30:55", "2004-01-07 10:03:33")
    assert problems == []


def test_nemreader_reads_the_same_intervals(folder: Path) -> None:
    for path in sorted(folder.glob("*NEM12*.csv")):
        days = by_day(x for x in nem12.read(io.BytesIO(path.read_bytes())) if isinstance(x, IntervalBatch))
        judged: dict[tuple[str, int], list[float]] = {}
        for nmi, channels in NEMFile(str(path)).nem_data().readings.items():
            for suffix, readings in channels.items():
                key = nmi if suffix[1:] == "1" else f"{nmi}/{suffix[1:]}"
                factor = WH[readings[0].uom.casefold()] if readings else 1
                judged[key, QUANTITY[suffix[0]]] = [round(x.read_value * factor) for x in readings]
        mine: dict[tuple[str, int], list[float]] = {}
        for (key, quantity, _), (values, _) in sorted(days.items()):
            mine.setdefault((key, quantity), []).extend(values)
        assert mine == judged, path.name


OUTCOMES = {
    "Example_NEM12_15min_200_30min_300.csv": Code.VALUE_COUNT,
    "Example_NEM12_15min_200_30min_400.csv": Code.EVENTS_INCOMPLETE,
    "Example_NEM12_empty.csv": None,
    "Example_empty_file.csv": Code.FILE_EMPTY,
    "Example_NEM12_missing_header.csv": Code.RECORD_ORDER,
    "Example_NEM12_powercor.csv": Code.RECORD_ORDER,
}


def test_bad_files_end_as_their_expectations_say(folder: Path) -> None:
    for expected in json.loads((folder / "expected.json").read_text())["bad"]:
        name = Path(expected["file"]).name
        data = (folder / expected["file"]).read_bytes()
        if OUTCOMES[name] is None:
            assert read(nem12.read, data)[0] == []
            assert warnings(nem12.read, data) == [Code.NO_ROWS]
            continue
        try:
            code = only_problem(nem12.read, data).message_code
        except CodecError as error:
            code = error.problem.message_code
        assert code is OUTCOMES[name], name


def test_a_body_written_twice_is_flagged_and_never_added_up(folder: Path) -> None:
    data = (folder / "invalid/Example_NEM12_powercor.csv").read_bytes()
    batches, problems = read(nem12.read, data, IntervalOptions(need_header=False))
    assert [(x.message_code, x.row, x.other_row) for x in problems if x.severity is Severity.REFUSE] == [
        (Code.CONTRADICTION, 9, 3),
        (Code.CONTRADICTION, 11, 5),
    ]
    assert sum(int(x.values.sum()) for x in batches) == 48 * (1111 + 2222)


def test_a_missing_header_is_taken_with_the_switch(folder: Path) -> None:
    data = (folder / "invalid/Example_NEM12_missing_header.csv").read_bytes()
    assert len(read(nem12.read, data, IntervalOptions(need_header=False))[0][0]) == 2


def test_the_200_record_may_come_again_for_every_day_with_other_channels() -> None:
    data = nem(CHANNEL, day(), "200,NMI1,E1B1,1,B1,N1,METER,KWH,30,", day(), CHANNEL, day("20260102"))
    assert list(by_day(read(nem12.read, data)[0])) == [
        ("NMI1", 1, "2026-01-01"),
        ("NMI1", 2, "2026-01-01"),
        ("NMI1", 1, "2026-01-02"),
    ]


def test_rows_padded_with_commas_are_read() -> None:
    blank = "," * 60
    padded = [line + "," * (60 - line.count(",")) for line in (CHANNEL, blank, day(), blank)]
    assert sum(by_day(read(nem12.read, nem(*padded, end="900" + blank))[0])["NMI1", 1, "2026-01-01"][0]) == 48_000


def test_a_byte_order_mark_is_no_part_of_the_first_record() -> None:
    assert read(nem12.read, b"\xef\xbb\xbf" + nem(CHANNEL, day()))[0][0].values.sum() == 48_000


def test_units_of_any_case_and_size_become_watt_hours() -> None:
    for unit, factor in (("KWH", 1000), ("kwh", 1000), ("MWh", 10**6), ("Wh", 1)):
        data = nem(CHANNEL.replace("kWh", unit), day(value="2"))
        assert read(nem12.read, data)[0][0].values.sum() == 96 * factor


def test_a_voltage_channel_is_left_out_with_a_word() -> None:
    data = nem("200,NMI1,E1V1,1,V1,N1,METER,V,30,", day(value="240"), CHANNEL, day())
    assert warnings(nem12.read, data) == [Code.CHANNEL_SKIPPED]
    assert read(nem12.read, data)[0][0].values.sum() == 48_000


def test_variable_quality_takes_the_flags_of_its_events() -> None:
    data = nem(CHANNEL, day(quality="V"), "400,1,10,A,,", "400,11,12,E52,,", "400,13,48,N,,")
    ((values, flags),) = by_day(read(nem12.read, data)[0]).values()
    assert flags == [ACTUAL] * 10 + [ESTIMATED] * 2 + [MISSING] * 36
    assert values == [1000] * 12 + [0] * 36


@pytest.mark.parametrize(
    "events",
    [(), ("400,1,24,A,,",), ("400,1,24,A,,", "400,24,48,A,,"), ("400,2,48,A,,",), ("400,1,49,A,,",), ("400,9,1,A,,",)],
)
def test_events_that_do_not_cover_the_day_once_refuse_the_day(events: tuple[str, ...]) -> None:
    assert only_problem(nem12.read, nem(CHANNEL, day(quality="V"), *events)).message_code is Code.EVENTS_INCOMPLETE


def test_a_day_with_another_number_of_values_is_refused_both_ways() -> None:
    for count in (47, 49, 96):
        found = only_problem(nem12.read, nem(CHANNEL, day(count=count)))
        assert (found.message_code, found.row, found.value) == (Code.VALUE_COUNT, 3, str(count))


FAULTS = {
    "date": (day("20261301"), Code.DATE),
    "number": (day(value="1,5").replace("1,5", "x", 1), Code.VALUE_COUNT),
    "quality": (day(quality="Z"), Code.QUALITY),
    "quality method": (day(quality="A1"), Code.QUALITY),
    "quotes": ('"' + day(), Code.QUOTES),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_day_is_named_and_its_neighbour_is_kept(fault: str) -> None:
    line, code = FAULTS[fault]
    data = nem(CHANNEL, line, day("20260102"))
    assert (only_problem(nem12.read, data).message_code, only_problem(nem12.read, data).row) == (code, 3)
    assert list(by_day(read(nem12.read, data)[0])) == [("NMI1", 1, "2026-01-02")]


def test_a_number_that_is_none_is_named_by_its_interval() -> None:
    line = day().replace(",1,1,1", ",1,0x1,1", 1)
    found = only_problem(nem12.read, nem(CHANNEL, line))
    assert (found.message_code, found.field, found.value) == (Code.NUMBER, "interval 2", "0x1")


def test_a_bad_channel_refuses_its_days_once() -> None:
    for bad, code in ((",MJ,30", Code.UNIT), (",kWh,7", Code.INTERVAL_UNKNOWN), (",kvarh,30", Code.UNIT)):
        data = nem(CHANNEL.replace(",kWh,30", bad), day(), day("20260102"))
        assert only_problem(nem12.read, data).message_code is code


WHOLE_FILES = {
    "no end": nem(CHANNEL, day(), end=""),
    "cut in the last row": nem(CHANNEL, day())[:-20],
    "record after the end": nem(CHANNEL, day(), "900", CHANNEL, day("20260102")),
    "two files glued": nem(CHANNEL, day()) + nem(CHANNEL, day("20260102")),
    "interval records in NEM13": nem(CHANNEL, day(), header="100,NEM13,202601021200,MDP,Ret"),
    "another format": nem(header="100,SPACE,202601021200"),
    "an unknown record": nem("700,what"),
}


@pytest.mark.parametrize("name", WHOLE_FILES)
def test_a_file_that_is_wrong_as_a_whole_is_refused(name: str) -> None:
    codes = (Code.FILE_TRUNCATED, Code.RECORD_ORDER, Code.RECORD_UNKNOWN)
    assert refused(nem12.read, WHOLE_FILES[name]).message_code in codes


def test_the_same_day_alike_is_taken_once_and_otherwise_refused() -> None:
    assert warnings(nem12.read, nem(CHANNEL, day(), CHANNEL, day())) == [Code.REPEATED]
    found = only_problem(nem12.read, nem(CHANNEL, day(), CHANNEL, day(value="2")))
    assert (found.message_code, found.row, found.other_row) == (Code.CONTRADICTION, 5, 3)


READ_250 = (
    "250,NMI1,11,1,11,11,METER,E,000100.5,20260101000000,A,,,"
    "000110.5,20260201000000,A,,,10.0,kWh,20260301,20260201010101,"
)


@pytest.mark.parametrize(
    ("good", "bad", "code"),
    [
        ("20260201000000", "20269901000000", Code.TIME),
        (",10.0,", ",ten,", Code.NUMBER),
        ("000110.5", "11o.5", Code.NUMBER),
        ("NMI1", "", Code.FIELD_EMPTY),
        (",kWh,", ",V,", Code.UNIT),
        (",E,", ",X,", Code.QUANTITY),
        ("20260201000000,A", "20260201000000,Z", Code.QUALITY),
        ("20260201000000,A", "20250201000000,A", Code.CONTRADICTION),
    ],
)
def test_a_bad_accumulated_read_is_named(good: str, bad: str, code: Code) -> None:
    header = "100,NEM13,202601021200,MDP,Ret"
    assert read(nem12.read, nem(READ_250, header=header))[0][0].energy_wh == 10_000
    assert only_problem(nem12.read, nem(READ_250.replace(good, bad, 1), header=header)).message_code is code
