"""The bill of Haisheng Foods: two-part prices, periods, demand and power factor."""

import msgspec

from gridhall.platform.documents.schema import (
    Account,
    Amount,
    BillDocument,
    ChargeGroup,
    ChargeRow,
    DemandBlock,
    Fact,
    Meter,
    PowerFactorBlock,
    RegisterRow,
    Share,
    TouShare,
    Words,
)
from tests.platform.documents.samples.common import ACTIVE, UTILITY, WAYS, hash_of, history
from tests.platform.documents.samples.home import MS_LI

PERIOD_WORDS = {
    "sharp": Words("尖峰", "Sharp"),
    "peak": Words("高峰", "Peak"),
    "flat": Words("平段", "Flat"),
    "valley": Words("低谷", "Valley"),
}
HAISHENG_ENERGY = (
    ("sharp", "8,400", "7.0", "1,234.56", "1,242.96", "1.04999900", "8,819.99"),
    ("peak", "31,200", "26.0", "4,871.10", "4,902.30", "0.84896100", "26,487.58"),
    ("flat", "42,800", "35.7", "6,310.42", "6,353.22", "0.65188600", "27,900.72"),
    ("valley", "37,600", "31.3", "5,502.75", "5,540.35", "0.43292400", "16,277.94"),
)

HAISHENG = BillDocument(
    number="B202610-0004711",
    issued_at="2026-11-02T06:30:00+08:00",
    content_sha256=hash_of("Haisheng Foods"),
    utility=UTILITY,
    account=Account(
        number="3204170004711",
        name="海晟食品（江城）有限责任公司",
        service_address="江城市临港经济开发区海晟大道1号",
        use_class=Words("工商业用电 · 两部制", "Commercial and industrial, two-part"),
        facts=(
            Fact(label=Words("供电电压", "Supply voltage"), value="10 kV"),
            Fact(label=Words("合同容量", "Contract capacity"), value="630 kVA"),
            Fact(label=Words("计量方式", "Metering"), value=Words("高供高计", "HV supply, HV metering")),
        ),
    ),
    month="202610",
    period_first_day="2026-10-01",
    period_last_day="2026-10-31",
    due_on="2026-11-15",
    energy_kwh="120,000",
    amount="96,379.08",
    amount_due="96,379.08",
    average_price="0.8032",
    vat_amount="10,463.86",
    vat_percent="13",
    composition=(
        Share(label=Words("购电费用", "Energy purchase"), amount="47,353.13", share_percent="49.1"),
        Share(label=Words("上网环节线损", "Upstream losses"), amount="1,680.34", share_percent="1.7"),
        Share(label=Words("输配电费", "T&D"), amount="32,460.00", share_percent="33.7"),
        Share(label=Words("系统运行费", "System operation"), amount="9,872.76", share_percent="10.2"),
        Share(label=Words("政府性基金及附加", "Government funds"), amount="5,424.00", share_percent="5.6"),
        Share(label=Words("力调电费", "Power factor"), amount="-411.15", share_percent="-0.4"),
    ),
    tou=tuple(
        TouShare(period=period, energy_kwh=energy, share_percent=share) for period, energy, share, *_ in HAISHENG_ENERGY
    ),
    history=history(
        118_200, 124_610, 109_480, 86_230, 117_900, 121_340, 126_010, 133_870, 141_250, 139_900, 125_400, 120_000
    ),
    finding=Words("本月用电120,000度，比上月少4%。", "You used 120,000 kWh, 4 % less than last month."),
    meters=(
        Meter(
            point_number="320417000471101",
            asset_number="3310009988776",
            label=Words("总表", "Main meter"),
            rows=(
                RegisterRow(
                    kind=ACTIVE,
                    last_reading="17,918.83",
                    this_reading="18,038.83",
                    multiplier="1,000",
                    metered="120,000",
                    billed="120,000",
                ),
                *(
                    RegisterRow(
                        kind=Words(
                            f"正向有功（{PERIOD_WORDS[period].zh}）", f"Active, {PERIOD_WORDS[period].en.lower()}"
                        ),
                        last_reading=last,
                        this_reading=this,
                        multiplier="1,000",
                        metered=energy,
                        billed=energy,
                    )
                    for period, energy, _, last, this, *_ in HAISHENG_ENERGY
                ),
                RegisterRow(
                    kind=Words("正向无功（总）", "Reactive, total"),
                    last_reading="7,120.06",
                    this_reading="7,167.46",
                    multiplier="1,000",
                    metered="47,400",
                    billed="47,400",
                    unit="kvarh",
                ),
                RegisterRow(
                    kind=Words("正向最大需量", "Maximum demand"),
                    last_reading="–",
                    this_reading="0.4120",
                    multiplier="1,000",
                    metered="412",
                    billed="412",
                    unit="kW",
                    remark=Words("10月14日 10:45", "14 Oct, 10:45"),
                ),
            ),
        ),
    ),
    charges=(
        ChargeGroup(
            title=Words("电度电费", "Energy charge"),
            subtotal="79,486.23",
            rows=tuple(
                ChargeRow(
                    item=Words("工商业两部制 1–10千伏", "Two-part, 1–10 kV"),
                    band=PERIOD_WORDS[period],
                    quantity=energy,
                    unit_price=price,
                    amount=amount,
                    clause=Words("代理购电价格表 2026年10月", "Agency price table, October 2026"),
                )
                for period, energy, _, _, _, price, amount in HAISHENG_ENERGY
            ),
        ),
        ChargeGroup(
            title=Words("基本电费", "Demand charge"),
            subtotal="17,304.00",
            rows=(
                ChargeRow(
                    item=Words("按实际最大需量", "By actual maximum demand"),
                    quantity="412",
                    unit="kW",
                    unit_price="42.00000000",
                    amount="17,304.00",
                    clause="发改价格〔2023〕526号",
                ),
            ),
        ),
        ChargeGroup(
            title=Words("力调电费", "Power-factor adjustment"),
            subtotal="-411.15",
            rows=(
                ChargeRow(
                    item=Words("功率因数 0.93，标准 0.90", "Power factor 0.93 against 0.90"),
                    amount="-411.15",
                    clause="水电财字〔1983〕215号",
                ),
            ),
        ),
    ),
    demand=DemandBlock(
        way=Words("实际最大需量", "Actual maximum demand"),
        measured="412",
        measured_at="2026-10-14T10:45:00+08:00",
        billed="412",
        unit_price="42.00",
        amount="17,304.00",
        explanation=Words("每千伏安用电190度，未达260度，不打九折。", "190 kWh per kVA, below 260: no 10 % reduction."),
    ),
    power_factor=PowerFactorBlock(
        active_kwh="120,000",
        reactive_kvarh="47,400",
        power_factor="0.93",
        standard="0.90",
        percent="-0.45",
        base_amount="91,366.23",
        amount="-411.15",
    ),
    of_which=(
        Amount(label=Words("增值税 13%", "VAT 13 %"), amount="10,463.86"),
        Amount(label=Words("农网还贷资金", "Rural grid loan repayment"), amount="2,400.00"),
        Amount(label=Words("水库移民后期扶持基金", "Reservoir resettlement fund"), amount="744.00"),
        Amount(label=Words("可再生能源附加", "Renewable energy surcharge"), amount="2,280.00"),
    ),
    ways_to_pay=WAYS,
    notes=MS_LI.notes,
)


def many_lines(count: int) -> BillDocument:
    """Haisheng Foods with `count` further charge rows, as a re-rated quarter would give."""
    rows = tuple(
        ChargeRow(
            item=Words(f"退补 第{line}行", f"Correction line {line}"),
            band=PERIOD_WORDS["flat"],
            quantity="-10",
            unit_price="0.65188600",
            amount="-6.52",
        )
        for line in range(1, count + 1)
    )
    corrections = ChargeGroup(title=Words("退补电费", "Corrections"), rows=rows, subtotal="-6.52")
    return msgspec.structs.replace(HAISHENG, charges=(*HAISHENG.charges, corrections))
