"""The steps of a case as sentences in both languages: on pages and on the printed notice the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from gridhall.cis.billing.document import kwh, money, price_text
from gridhall.cis.billing.wording import KINDS, PERIODS
from gridhall.cis.cases.terms import Calculation, Line, Step
from gridhall.cis.tariffs.models import Tariff
from gridhall.kernel.money import format_scaled
from gridhall.platform.documents.schema import Words

PARTS = {
    "basis": Words("依据", "Basis"),
    "recovered": Words("追补电费", "Electricity recovered"),
    "charge": Words("违约使用电费", "Charge for the breach"),
    "money": Words("金额", "Amount"),
}
CASE_KINDS = {
    "wrong_class": Words("违约用电: 擅自改变用电类别", "Wrong class of use"),
    "over_capacity": Words("违约用电: 超合同容量用电", "Over contract capacity"),
    "suspended_equipment": Words("违约用电: 使用已暂停或封存的设备", "Suspended equipment used"),
    "moved_equipment": Words("违约用电: 擅自迁移或更动计量装置", "Meter moved or tampered with"),
    "own_source": Words("违约用电: 擅自引入、供出电源", "Supply led in or out without consent"),
    "theft": Words("窃电", "Theft of electricity"),
    "back_bill": Words("电量退补", "Back-bill of energy"),
    "adjustment": Words("电费调整", "Adjustment"),
    "refund": Words("退费", "Refund"),
    "transfer": Words("预存转户", "Transfer of credit"),
}
LOADS = {"power": Words("电力用户", "power"), "lighting": Words("照明用户", "lighting")}


@dataclass(frozen=True)
class StepView:
    """A step to show: its sentence, what it comes to, where it rests, and the bills before and after it."""

    part: str
    words: Words
    amount_fen: int
    clause: str
    evidence: str
    before: list[LineView]
    after: list[LineView]


@dataclass(frozen=True)
class LineView:
    """One rated line as quantity x price."""

    name: Words
    sum: str
    amount_fen: int


def step_views(calculation: Calculation) -> list[StepView]:
    """The steps in order."""
    names = {code: Words(zh, en) for code, zh, en in _tariffs({step.tariff for step in calculation.steps})}
    return [
        StepView(
            step.part, SENTENCES[step.what](step, names.get(step.tariff, Words(step.tariff, step.tariff))),
            step.amount_fen, step.clause, step.evidence, _lines(step.before), _lines(step.after),
        )
        for step in calculation.steps
    ]  # fmt: skip


def _tariffs(codes: Iterable[str]) -> Iterable[tuple[str, str, str]]:
    return Tariff.objects.filter(code__in=[code for code in codes if code]).values_list("code", "name_zh", "name_en")


def _lines(lines: Iterable[Line]) -> list[LineView]:
    return [LineView(_name(line), _sum(line), line.amount_fen) for line in lines]


def _name(line: Line) -> Words:
    kind, period = KINDS[line.kind], PERIODS.get("" if line.period == "total" else line.period, Words("", ""))
    tier = Words(f"第{line.tier}档", f"tier {line.tier}") if line.tier else Words("", "")
    zh, en = [kind.zh, period.zh, tier.zh], [kind.en, period.en, tier.en]
    return Words(" ".join(filter(None, zh)), ", ".join(filter(None, en)))


def _sum(line: Line) -> str:
    if line.unit == "kWh":
        return f"{kwh(line.quantity)} kWh x {price_text(line.price_e8)}"
    if line.unit == "yuan":
        return f"{money(line.quantity)} x {format_scaled(line.price_e8, 6, decimals=2)} %"
    return f"{format_scaled(line.quantity, 6, decimals=0)} {line.unit} x {price_text(line.price_e8)}"


# --- sentences ------------------------------------------------------------------------------------------------------


def _days(first: date | None, end: date | None) -> tuple[str, str]:
    assert first is not None and end is not None
    last = end - timedelta(days=1)
    return f"{first}至{last}", f"{first} to {last}"


def _kva(e6: int) -> str:
    return format_scaled(e6, 6, decimals=0)


def _unknown_start(step: Step, _tariff: Words) -> Words:
    zh, en = _days(step.first, step.end)
    if "months" in step.facts:
        n = step.facts["months"]
        return Words(f"起始日期无法查明, 按{n}个月计算: {zh}。", f"The start is unknown: {n} months count, {en}.")
    n = step.facts["days"]
    return Words(f"起始日期无法查明, 按{n}天计算: {zh}。", f"The start is unknown: {n} days count, {en}.")


def _connected(step: Step, _tariff: Words) -> Words:
    facts, load = step.facts, LOADS[step.facts["load"]]
    kva, hours, days = _kva(facts["kva_e6"]), facts["hours"], facts["days"]
    zh, en = f"{kva} 千伏安", f"{kva} kVA"
    if "amps_e3" in facts:
        amps, more = format_scaled(facts["amps_e3"], 3, decimals=0), f" x {facts['phases']}" * (facts["phases"] > 1)
        zh, en = f"{amps} A x {facts['volts']} V{more} = {zh}", f"{amps} A x {facts['volts']} V{more} = {en}"
    return Words(
        f"窃电量: {zh}(千伏安视同千瓦) x {hours} 小时({load.zh}) x {days} 天 = {kwh(step.quantity)} 千瓦时。",
        f"Energy: {en} (counted as kW) x {hours} hours ({load.en}) x {days} days = {kwh(step.quantity)} kWh.",
    )


def _difference(step: Step, tariff: Words) -> Words:
    facts, (zh_days, en_days) = step.facts, _days(step.first, step.end)
    before, after, used = money(facts["before_fen"]), money(facts["after_fen"]), kwh(facts["kwh_wh"])
    zh = f"账单 {step.bill}, {used} 千瓦时, 应按“{tariff.zh}”计: {after} - {before}"
    en = f"Bill {step.bill}, {used} kWh, on {tariff.en} as it should have been: {after} - {before}"
    if facts["days"] < facts["of_days"]:
        part = f"x {facts['days']} / {facts['of_days']}"
        return Words(f"{zh}, 其中{zh_days}: {part} 天。", f"{en}, of this {en_days}: {part} days.")
    return Words(f"{zh}。", f"{en}.")


def _on_top(step: Step, _tariff: Words) -> Words:
    facts, (zh_days, en_days) = step.facts, _days(step.first, step.end)
    before, after, more = money(facts["before_fen"]), money(facts["after_fen"]), kwh(step.quantity)
    return Words(
        f"账单 {step.bill}({zh_days})加 {more} 千瓦时重算: {after} - {before}。",
        f"Bill {step.bill} ({en_days}) with {more} kWh more: {after} - {before}.",
    )


def _tiers_after(step: Step, _tariff: Words) -> Words:
    before, after = money(step.facts["before_fen"]), money(step.facts["after_fen"])
    return Words(
        f"账单 {step.bill} 因前月电量增加, 阶梯改变: {after} - {before}。",
        f"Bill {step.bill} lies in other tiers because of the months before: {after} - {before}.",
    )


def _alone(step: Step, tariff: Words) -> Words:
    zh, en = _days(step.first, step.end)
    return Words(
        f"{zh}尚无账单, {kwh(step.quantity)} 千瓦时按“{tariff.zh}”单独计算。",
        f"{en} is not billed yet: {kwh(step.quantity)} kWh by themselves on {tariff.en}.",
    )


def _capacity(step: Step, _tariff: Words) -> Words:
    zh, en = _days(step.first, step.end)
    kva, month, price = _kva(step.facts["kva_e6"]), _kva(step.quantity), price_text(step.price_e8)
    part = f" x {step.facts['thirtieths']} / 30" if step.facts["thirtieths"] != 30 else ""
    return Words(
        f"{zh}基本电费: {kva} 千伏安{part} = {month} 千伏安·月 x {price} 元。",
        f"Capacity charge {en}: {kva} kVA{part} = {month} kVA and month x {price} yuan.",
    )


def _per_kva(step: Step, _tariff: Words) -> Words:
    kva, yuan = _kva(step.quantity), step.price_e8 // 10**8
    return Words(f"{kva} 千伏安 x 每千伏安 {yuan} 元。", f"{kva} kVA x {yuan} yuan a kVA.")


def _each_time(step: Step, _tariff: Words) -> Words:
    times, yuan = step.facts["times"], f"{step.facts['yuan']:,}"
    return Words(f"{times} 次 x 每次 {yuan} 元。", f"{times} times x {yuan} yuan each.")


def _times(step: Step, _tariff: Words) -> Words:
    fen, times = money(step.facts["recovered_fen"]), step.facts["times"]
    return Words(f"追补电费 {fen} 元的 {times} 倍。", f"{times} times the {fen} yuan recovered.")


def _adjustment(step: Step, _tariff: Words) -> Words:
    return Words(step.facts["zh"], step.facts["en"])


def _refund(step: Step, _tariff: Words) -> Words:
    if step.facts["to_origin"]:
        return Words("多交的电费按原渠道退回。", "Money paid too much goes back the way it came.")
    return Words("多交的电费转账退回。", "Money paid too much goes back by bank transfer.")


def _transfer(_step: Step, _tariff: Words) -> Words:
    return Words("预存电费转到另一户。", "Credit moves to another account.")


SENTENCES: dict[str, Callable[[Step, Words], Words]] = {
    "unknown_start": _unknown_start, "connected": _connected, "difference": _difference, "on_top": _on_top,
    "tiers_after": _tiers_after, "alone": _alone, "capacity": _capacity, "per_kva": _per_kva, "each_time": _each_time,
    "times": _times, "adjustment": _adjustment, "refund": _refund, "transfer": _transfer,
}  # fmt: skip
