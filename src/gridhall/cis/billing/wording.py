"""What bill lines are called, in both languages: on pages, in documents, everywhere the same."""

from __future__ import annotations

from gridhall.cis.tariffs.models import TariffItem
from gridhall.cis.tariffs.queries import parsed
from gridhall.platform.documents.schema import Words

PERIODS = {
    "": Words("", ""),
    "total": Words("全天", "All day"),
    "sharp": Words("尖", "Sharp"),
    "peak": Words("峰", "Peak"),
    "flat": Words("平", "Flat"),
    "valley": Words("谷", "Valley"),
    "deep": Words("深谷", "Deep valley"),
}
KINDS = {
    "energy": Words("电度电费", "Energy"),
    "tier": Words("阶梯加价", "Tier uplift"),
    "free_quota": Words("免费电量", "Free quota"),
    "real_time": Words("实时电价电费", "Energy at interval prices"),
    "capacity": Words("基本电费(容量)", "Capacity charge"),
    "demand": Words("基本电费(需量)", "Demand charge"),
    "power_factor": Words("力调电费", "Power-factor adjustment"),
    "fixed": Words("固定费用", "Fixed charge"),
    "minimum": Words("最低电费补足", "Minimum charge"),
}
GROUPS = {
    "energy": Words("电度电费", "Energy charge"),
    "capacity": Words("基本电费", "Capacity or demand charge"),
    "power_factor": Words("力调电费", "Power-factor adjustment"),
    "fixed": Words("其他", "Other charges"),
}
GROUP_OF = {
    "energy": "energy",
    "tier": "energy",
    "free_quota": "energy",
    "real_time": "energy",
    "capacity": "capacity",
    "demand": "capacity",
    "power_factor": "power_factor",
    "fixed": "fixed",
    "minimum": "fixed",
}
FEED_IN = Words("上网电费", "Feed-in")
EXCEPTIONS = {
    "no_agreement": Words("没有供用电合同", "No agreement covers the period"),
    "no_tariff": Words("电价没有覆盖全部日期", "No published tariff version covers every day"),
    "calendar_ended": Words("时段未公布到这些日期", "No hours are published for these days"),
    "no_meter": Words("没有安装电能表", "No meter is installed"),
    "no_terms": Words("缺少供电参数", "Voltage, class and capacity are not recorded"),
    "no_reading": Words("缺少示数", "A register reading is missing"),
    "implausible_reading": Words("示数不合理", "A register reading is not plausible"),
    "missing_intervals": Words("负荷曲线缺数", "Intervals are missing in the load curve"),
    "cannot_rate": Words("无法计费", "The tariff cannot price these readings"),
    "high_use": Words("电量突增", "Far more energy than usual"),
    "zero_use": Words("电量为零", "No energy where there used to be"),
    "estimated": Words("估算占比过高", "Too many estimated intervals"),
    "register_differs": Words("曲线电量与示数不符", "Curve and register differ"),
    "split_exceeds": Words("分表电量大于总表", "A sub-meter takes more than its main meter has"),
    "losses_impossible": Words("无法计算变损", "Losses cannot be determined"),
    "unpaid_export": Words("约定全部自用却有上网电量", "Energy fed in though all was to be used"),
    "missing_prices": Words("缺少分时段价格", "Interval prices of some days are not published"),
    "prices_too_fine": Words("价格时段比负荷曲线更细", "Prices are finer than the load curve"),
    "real_time_needs_curve": Words("实时电价需要负荷曲线", "Interval prices need a load curve"),
    "real_time_of_family": Words("总分表不能执行实时电价", "Interval prices cannot be split over sub-meters"),
    "open_issues": Words("数据校验问题未处理", "Open validation issues in the period"),
}


def kind_words(item: TariffItem, *, export: bool = False) -> Words:
    """What the line is for."""
    if item.kind == "component":
        component = next(c for c in parsed(item.version_id).components if c.code == item.component)
        return Words(component.name.zh, component.name.en)
    return FEED_IN if export and item.kind == "energy" else KINDS[item.kind]


def band_words(item: TariffItem) -> Words | None:
    """Its period and tier, where it has any."""
    period = PERIODS[item.period] if item.period not in ("", "total") else Words("", "")
    tier = Words(f"第{item.tier}档", f"Tier {item.tier}") if item.tier else Words("", "")
    zh, en = f"{period.zh}{tier.zh}", " · ".join(part for part in (period.en, tier.en) if part)
    return Words(zh, en) if en else None


def exception_words(kind: str) -> Words:
    """Why a bill was held or not made."""
    return EXCEPTIONS.get(kind, Words(kind, kind))
