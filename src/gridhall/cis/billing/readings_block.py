"""The readings of a printed bill: rows with 抄见电量 · 变损 · 线损 · 加减 · 计费电量, and a note for each step.

A segment that was measured by its load curve has rows by period only where something stands between meter and bill;
its readings are "–". All figures are those of the stored steps, so that each row adds up to what was rated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gridhall.kernel.money import format_scaled
from gridhall.kernel.tariffs import PERIODS
from gridhall.platform.documents import schema as doc
from gridhall.platform.documents.schema import Words

REGISTERS = {
    "active_total": Words("正向有功(总)", "Active, total"),
    "active_sharp": Words("正向有功(尖)", "Active, sharp"),
    "active_peak": Words("正向有功(峰)", "Active, peak"),
    "active_flat": Words("正向有功(平)", "Active, flat"),
    "active_valley": Words("正向有功(谷)", "Active, valley"),
    "active_deep": Words("正向有功(深谷)", "Active, deep valley"),
    "reverse_active_total": Words("反向有功(总)", "Reverse active, total"),
    "reactive_import": Words("正向无功", "Reactive, forward"),
    "reactive_export": Words("反向无功", "Reactive, reverse"),
}
CURVE = Words("负荷曲线", "Load curve")
NO_READING = "–"
LOSSES = {"transformer": "transformer_loss", "line": "line_loss"}  # every other step is added or taken off

Segment = dict[str, Any]
Columns = dict[str, int]  # Wh by column of the row


def kwh(energy_wh: int) -> str:
    """Energy in kWh: whole, or with up to three decimals."""
    text = format_scaled(abs(energy_wh), 3, decimals=0)
    whole, _, rest = text.partition(".")
    return ("-" if energy_wh < 0 else "") + f"{int(whole):,}" + (f".{rest}" if rest else "")


def meters(facts: Sequence[Segment], point_number: str) -> tuple[doc.Meter, ...]:
    """One block per meter, or for the load curve where its energy is not billed as it was metered."""
    blocks: dict[str, list[doc.RegisterRow]] = {}
    for segment in facts:
        for asset, row in _read(segment) if "reads" in segment else _curve(segment):
            blocks.setdefault(asset, []).append(row)
    return tuple(
        doc.Meter(
            point_number=point_number, asset_number=asset or NO_READING, rows=tuple(rows),
            label=None if asset else CURVE,
        )
        for asset, rows in blocks.items()
    )  # fmt: skip


def _read(segment: Segment) -> Iterator[tuple[str, doc.RegisterRow]]:
    """A row per register; what was added stands on the last row of its period, and so does reactive loss."""
    reads = segment["reads"]
    last = {row["column"]: number for number, row in enumerate(reads)}  # None: the last reactive register
    for number, row in enumerate(reads):
        own = last[row["column"]] == number
        yield (
            row["meter"],
            _row(
                REGISTERS[row["register"]], row["energy_wh"], _steps(segment, row["column"]) if own else {},
                unit="kvarh" if row["column"] is None else "kWh",
                last_reading=format_scaled(row["last"], row["decimals"]),
                this_reading=format_scaled(row["this"], row["decimals"]), multiplier=str(row["multiplier"]),
            ),
        )  # fmt: skip


def _curve(segment: Segment) -> Iterator[tuple[str, doc.RegisterRow]]:
    """A row per period with energy, metered or added."""
    steps = segment.get("adjust", ())
    names = {"total": "reverse_active_total" if segment["export"] else "active_total"}
    for column, period in enumerate(PERIODS):
        if any(step["wh"][column] for step in steps):
            kind = REGISTERS[names.get(period, f"active_{period}")]
            blank = dict.fromkeys(("last_reading", "this_reading", "multiplier"), NO_READING)
            yield "", _row(kind, steps[0]["wh"][column], _steps(segment, column), unit="kWh", **blank)


def _steps(segment: Segment, column: int | None) -> Columns:
    """What the steps add to a period; to reactive energy, what is rated beyond what was metered."""
    steps, added = segment.get("adjust", ()), Columns()
    if column is None:
        metered = sum(row["energy_wh"] for row in segment["reads"] if row["column"] is None)
        kinds = {step["kind"] for step in steps}
        name = "transformer_loss" if "transformer" in kinds and kinds.isdisjoint({"main", "sub"}) else "adjustment"
        adjusted = bool(steps) and segment["power_factor_standard"] > 0  # else reactive energy is rated nowhere
        return {name: segment["reactive_varh"] - metered} if adjusted else added
    for step in steps[1:]:
        name = LOSSES.get(step["kind"], "adjustment")
        added[name] = added.get(name, 0) + step["wh"][column]
    return added


def _row(kind: Words, metered: int, added: Columns, **known: Any) -> doc.RegisterRow:
    figures = {name: kwh(wh) for name, wh in added.items()}
    return doc.RegisterRow(
        kind=kind, metered=kwh(metered), billed=kwh(metered + sum(added.values())), **figures, **known
    )


def notes(facts: Sequence[Segment]) -> tuple[Words, ...]:
    """What each step rests on, once. What others take of a main meter is no news on the bill of one behind it."""
    found: dict[Words, None] = {}
    for segment in facts:
        steps = segment.get("adjust", ())
        passed = max((number for number, step in enumerate(steps) if step["kind"] == "main"), default=0)
        for number, step in enumerate(steps):
            note = None if step["kind"] == "sub" and number < passed else _note(step)
            if note is not None:
                found[note] = None
    return tuple(found)


def _note(step: dict[str, Any]) -> Words | None:
    match step["kind"]:
        case "transformer":
            size, hours = f"{step['series']} {step['kva']} kVA".strip(), step["hours"]
            table = step.get("table")
            zh, en = (f"查表 {table}", f"by table {table}") if table else ("按公式", "by the formula")
            return Words(
                f"变损: {size}, 运行{hours}小时, {zh}。", f"Transformer loss: {size}, {hours} h in service, {en}."
            )
        case "line":
            share = _percent(step["share_e6"])
            if step["on_transformer_loss"]:
                return Words(
                    f"线损: 抄见电量与变损之和的{share}。",
                    f"Line loss: {share} of metered energy and transformer loss.",
                )
            return Words(f"线损: 抄见电量的{share}。", f"Line loss: {share} of metered energy.")
        case "sub":
            zh, en = _share(step)
            return Words(f"扣除分表 {step['code']} ({zh})。", f"Taken off for sub-meter {step['code']} ({en}).")
        case "main":
            zh, en = _share(step)
            return Words(
                f"电量由总表 {step['main_code']} 分得 ({zh})。", f"Taken from main meter {step['main_code']} ({en})."
            )
        case "unpaid":
            return Words(
                "约定全部自用, 上网电量不结算。", "All is for own use by agreement; energy fed in is not paid."
            )
    return None


def _share(step: dict[str, Any]) -> tuple[str, str]:
    if step["by"] == "ratio":
        share = _percent(step["ratio_e6"])
        return f"定比 {share}", f"ratio {share}"
    if step["by"] == "fixed":
        return f"定量 每月{step['kwh_per_month']}千瓦时", f"fixed, {step['kwh_per_month']} kWh a month"
    return "装表计量", "metered"


def _percent(share_e6: int) -> str:
    return f"{format_scaled(share_e6, 4, decimals=0)} %"
