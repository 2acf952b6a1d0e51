"""Register readings as CSV or XLSX: `meter or point, kind, read_at, value`, one reading per line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

import numpy as np

from gridhall.codecs import vocabulary as words
from gridhall.codecs.dates import parse_date, parse_moment
from gridhall.codecs.errors import Code, FileProblem, problem
from gridhall.codecs.fields import good_key, key_problem
from gridhall.codecs.intervals import day_of
from gridhall.codecs.repeats import Seen
from gridhall.codecs.streams import Readable
from gridhall.codecs.tables import Row, read_rows
from gridhall.codecs.tally import Tally


class RegisterKind(StrEnum):
    """What a register counts: 正向有功 总/尖/峰/平/谷/深谷, 反向有功总, 正向无功总, 反向无功总, 最大需量."""

    ACTIVE_TOTAL = "active_total"
    ACTIVE_SHARP = "active_sharp"
    ACTIVE_PEAK = "active_peak"
    ACTIVE_FLAT = "active_flat"
    ACTIVE_VALLEY = "active_valley"
    ACTIVE_DEEP = "active_deep"
    REVERSE_ACTIVE_TOTAL = "reverse_active_total"
    REACTIVE_IMPORT = "reactive_import"
    REACTIVE_EXPORT = "reactive_export"
    DEMAND = "demand"


@dataclass(frozen=True, slots=True)
class RegisterRead:
    """The reading is value / 10^decimals as it stands on the register, before any multiplier.

    `read_at` is naive local standard time; `has_time` is False when the file gave a date only (it is 00:00 then).
    """

    key: str
    key_is: Literal["meter", "point"]
    kind: RegisterKind
    read_at: datetime
    has_time: bool
    value: int
    decimals: int
    flag: int
    row: int


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "meter": ("meter", "meter_no", "meter_id", "serial", "电表", "电能表", "表号", "电能表编号", "资产编号"),
    "point": words.POINT,
    "kind": ("kind", "register", "register_kind", "register kind", "示数类型", "类型"),
    "read_at": ("read_at", "read_on", "date", "time", "抄表时间", "抄表日期", "日期", "时间"),
    "value": ("value", "reading", "read", "示数", "本次示数", "抄见示数", "读数"),
    "quality": words.QUALITY,
}
_CHINESE = {
    RegisterKind.ACTIVE_TOTAL: ("正向有功总", "正向有功", "有功总"),
    RegisterKind.ACTIVE_SHARP: ("正向有功尖", "有功尖", "尖"),
    RegisterKind.ACTIVE_PEAK: ("正向有功峰", "有功峰", "峰"),
    RegisterKind.ACTIVE_FLAT: ("正向有功平", "有功平", "平"),
    RegisterKind.ACTIVE_VALLEY: ("正向有功谷", "有功谷", "谷"),
    RegisterKind.ACTIVE_DEEP: ("正向有功深谷", "有功深谷", "深谷"),
    RegisterKind.REVERSE_ACTIVE_TOTAL: ("反向有功总", "反向有功"),
    RegisterKind.REACTIVE_IMPORT: ("正向无功总", "正向无功", "无功总"),
    RegisterKind.REACTIVE_EXPORT: ("反向无功总", "反向无功"),
    RegisterKind.DEMAND: ("正向有功最大需量", "最大需量", "需量"),
}
_KINDS = {name: kind for kind, names in _CHINESE.items() for name in (kind.value, *names)}
# Twelve digits before and six after the point: more than any register shows.
_READING = re.compile(r"([0-9]{1,12})(?:\.([0-9]{0,6}))?", re.ASCII)
_BATCH_ROWS = 8192


def read(stream: Readable) -> Iterator[RegisterRead | FileProblem]:
    """Readings and problems, streamed. Identical repeats are left out and counted, contradictions are refused.

    Raises CodecError when the file as a whole is refused, also when it names neither meter nor point.
    """
    tally, seen = Tally(), Seen()
    batch: list[RegisterRead] = []
    for row in read_rows(stream, COLUMNS, required=("kind", "read_at", "value"), one_of=("meter", "point")):
        found = _read(row) if isinstance(row, Row) else row
        if isinstance(found, FileProblem):
            yield tally.problem(found)
            continue
        batch.append(found)
        if len(batch) == _BATCH_ROWS:
            yield from _new(batch, seen, tally)
            batch = []
    yield from _new(batch, seen, tally)
    yield from tally.end()


def _new(batch: list[RegisterRead], seen: Seen, tally: Tally) -> Iterator[RegisterRead | FileProblem]:
    tally.days += len(batch)
    identity = [hash((read.key_is, read.key, read.kind, read.read_at)) for read in batch]
    content = [hash((read.value, read.decimals, read.flag)) for read in batch]
    rows = np.array([read.row for read in batch], np.int64)
    earlier, same = seen.add(
        np.array(identity, np.int64).view(np.uint64), np.array(content, np.int64).view(np.uint64), rows
    )
    for i, read in enumerate(batch):
        if not earlier[i]:
            yield read
        elif same[i]:
            tally.repeat(read.row, int(earlier[i]))
        else:
            what = f"{read.key} {read.kind} {read.read_at}"
            yield tally.problem(problem(Code.CONTRADICTION, row=read.row, value=what, other_row=int(earlier[i])))


def _read(row: Row) -> RegisterRead | FileProblem:
    fields = row.fields
    key_is: Literal["meter", "point"] = "meter" if fields.get("meter") else "point"
    key = fields.get(key_is, "")
    if not good_key(key):
        return key_problem(key, row.row, key_is)
    kind = _KINDS.get(fields["kind"].casefold())
    if kind is None:
        return problem(Code.REGISTER_KIND, row=row.row, field="kind", value=fields["kind"], expected="active_total …")
    moment = _moment(fields["read_at"])
    if moment is None:
        return problem(Code.DATE, row=row.row, field="read_at", value=fields["read_at"])
    digits = _READING.fullmatch(fields["value"])
    if digits is None:
        return problem(Code.NUMBER, row=row.row, field="value", value=fields["value"])
    flag = words.QUALITIES.get(fields.get("quality", "").casefold(), -1)
    if flag < 0:
        return problem(Code.QUALITY, row=row.row, field="quality", value=fields["quality"])
    decimals = digits[2] or ""
    value = int(digits[1] + decimals)
    return RegisterRead(key, key_is, kind, *moment, value, len(decimals), flag, row.row)


def _moment(text: str) -> tuple[datetime, bool] | None:
    """The time and whether the text gave one."""
    day = parse_date(text)
    if day is not None and ":" not in text:
        return datetime(day.year, day.month, day.day), False  # noqa: DTZ001 - local standard time has no zone here
    found = parse_moment(text)
    if found is None or found[2] is not None:
        return None
    day = day_of(found[0])
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    return midnight + timedelta(seconds=found[1]), True
