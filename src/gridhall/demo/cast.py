"""The named people of the demo city: what makes each of them worth looking up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Part:
    """``kind`` is a name of ``kinds.KINDS``; ``habit`` one of ``members.HABITS``; ``daily_kwh`` as a usual day."""

    zh: str
    kind: str
    phone: str
    address: str
    kva: int
    daily_kwh: float
    habit: str
    charging: str = "none"
    contract_demand_kw: int = 0
    by_curve: bool = True
    low_income: bool = False
    first_reading: str = ""
    needs: str = ""
    language: str = "zh-hans"
    fills_tier_kwh: float = 0.0  # so much by the middle of the last closed month of the tier year


CAST = {
    "Ms Li": Part(
        zh="李秀英",
        kind="household",
        phone="13800010001",
        address="临海市望江区人民路128号3单元502室",
        kva=8,
        daily_kwh=9.0,
        habit="online",
        fills_tier_kwh=2760.0,
    ),
    "Lao Zhou": Part(
        zh="周建国",
        kind="household",
        phone="13800010002",
        address="临海市望江区人民路130号1单元101室",
        kva=8,
        daily_kwh=7.0,
        habit="arrears",
        by_curve=False,
        first_reading="5123.40",
    ),
    "Grandma Chen": Part(
        zh="陈桂兰",
        kind="household",
        phone="05710010003",
        address="临海市望江区柳树巷7号",
        kva=4,
        daily_kwh=2.6,
        habit="counter",
        by_curve=False,
        low_income=True,
        first_reading="999612.05",
        needs="door service",
    ),
    "Haisheng Foods": Part(
        zh="海盛食品有限公司",
        kind="works",
        phone="05718880004",
        address="临海市望江区港前大道66号",
        kva=1000,
        daily_kwh=9800.0,
        habit="transfer",
        charging="contract",
        contract_demand_kw=800,
    ),
    "Sunny Roof": Part(
        zh="孙阳光",
        kind="household with a roof of panels",
        phone="13800010005",
        address="临海市望江区向阳村22号",
        kva=12,
        daily_kwh=14.0,
        habit="online",
        language="en",
    ),
    "Green Wheels": Part(
        zh="绿轮充电服务有限公司",
        kind="charging station",
        phone="05718880006",
        address="临海市望江区会展路1号停车场",
        kva=400,
        daily_kwh=1400.0,
        habit="transfer",
    ),
    "No. 1 High School": Part(
        zh="临海市第一中学",
        kind="school",
        phone="05718880007",
        address="临海市望江区书院街9号",
        kva=315,
        daily_kwh=640.0,
        habit="transfer",
        needs="exam-day power guarantee",
    ),
}
