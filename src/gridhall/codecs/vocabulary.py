"""The words that files use, English and Chinese, for columns, units, quantities and qualities."""

import re
from collections.abc import Mapping, Sequence

from gridhall.codecs import intervals as iv
from gridhall.codecs.errors import Code, refuse

POINT = (
    "point",
    "metering_point",
    "metering point",
    "point_id",
    "mp_id",
    "usage_point",
    "nmi",
    "计量点",
    "计量点编号",
    "计量点号",
)
DAY = ("date", "day", "read_date", "日期", "数据日期", "抄表日期")
QUANTITY = ("quantity", "channel", "direction", "数据类型", "曲线类型", "方向", "量")
UNIT = ("unit", "uom", "单位", "计量单位")
QUALITY = ("quality", "flag", "status", "质量", "数据质量", "数据标识")
TIMESTAMP = ("timestamp", "time", "datetime", "date_time", "read_at", "时间", "数据时间", "采集时间")
VALUE = ("value", "energy", "kwh", "wh", "value_kwh", "value_wh", "电量", "电量值", "数值", "值")

QUANTITIES: Mapping[str, int] = {
    word: number
    for number, words in {
        iv.ACTIVE_IMPORT: ("1", "active_import", "active import", "import", "e", "正向有功", "用电", "下网"),
        iv.ACTIVE_EXPORT: ("2", "active_export", "active export", "export", "b", "反向有功", "上网", "发电"),
        iv.REACTIVE_IMPORT: ("3", "reactive_import", "reactive import", "q", "正向无功"),
        iv.REACTIVE_EXPORT: ("4", "reactive_export", "reactive export", "k", "反向无功"),
    }.items()
    for word in words
}
QUALITIES: Mapping[str, int] = {
    word: flag
    for flag, words in {
        iv.ACTUAL: ("0", "a", "actual", "valid", "实测", "正常", ""),
        iv.ESTIMATED: ("1", "e", "estimated", "估算"),
        iv.SUBSTITUTED: ("2", "s", "f", "substituted", "替代", "补全"),
        iv.EDITED: ("3", "edited", "人工", "修正"),
        iv.MISSING: ("4", "n", "missing", "缺失"),
        iv.SUSPECT: ("5", "suspect", "可疑", "异常"),
    }.items()
    for word in words
}
# Power of ten from the unit to Wh or varh.
UNITS: Mapping[str, int] = {"wh": 0, "varh": 0, "kwh": 3, "kvarh": 3, "千瓦时": 3, "度": 3, "千乏时": 3}
NULLS = ("", "null", "NULL", "nan", "NaN", "NAN", "NA", "N/A", "-", "--")


def plain(name: str) -> str:
    """A header or a word without case, outer blanks, byte order mark and a trailing unit in brackets."""
    return re.sub(r"\s*[(（\[].*[)）\]]\s*$", "", name.strip().lstrip("\ufeff").strip()).casefold()


def bracket_unit(name: str) -> str | None:
    """The unit that a header names in brackets or as a suffix: `电量(kWh)`, `value_wh`."""
    found = re.search(r"[(（\[]\s*([^)）\]]+?)\s*[)）\]]\s*$|(?:^|_)(k?wh|k?varh)$", name.strip().casefold())
    unit = (found.group(1) or found.group(2)) if found else None
    return unit if unit in UNITS else None


def find_column(header: Sequence[str], names: Sequence[str], *, need: bool = True) -> int | None:
    """Index of the column that bears one of `names`; refuses a file that has it twice or, if needed, not at all."""
    places = [i for i, name in enumerate(header) if plain(name) in names]
    if len(places) > 1:
        raise refuse(Code.COLUMN_TWICE, row=1, field=names[0])
    if need and not places:
        raise refuse(Code.COLUMN_MISSING, row=1, field=names[0])
    return places[0] if places else None
