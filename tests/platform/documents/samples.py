"""Documents of the cast: what billing would hand over for printing."""

from hashlib import sha256

import msgspec

from gridhall.platform.documents.schema import (
    Account,
    Amount,
    BillDocument,
    ChargeGroup,
    ChargeRow,
    DemandBlock,
    Fact,
    LetterDocument,
    Meter,
    MonthEnergy,
    PowerFactorBlock,
    ReceiptDocument,
    RegisterRow,
    Share,
    StatementDocument,
    StatementRow,
    Tier,
    TierGauge,
    TouShare,
    Utility,
    Words,
)


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


UTILITY = Utility(
    name=Words("江城供电公司", "Jiangcheng Power Supply"),
    address=Words("江城市滨江路18号", "18 Riverside Road, Jiangcheng"),
    website="power.example",
)
LI = Account(
    number="3204170000123",
    name="李婉清",
    service_address="江城市东湖区梧桐路27号2栋1单元602室",
    use_class=Words("城镇居民生活用电", "Urban residential"),
    facts=(
        Fact(label=Words("供电电压", "Supply voltage"), value="220 V"),
        Fact(label=Words("电价", "Tariff"), value=Words("居民阶梯电价", "Residential, tiered")),
    ),
)
WAYS = (
    Words("网上营业厅或手机：登录后点击“交费”", "Online or by phone: log in and choose Pay"),
    Words("任一银行代扣或柜台，报户号即可", "Any bank, by direct debit or at the desk, with the account number"),
    Words("营业厅柜台或自助终端", "At a service hall, at the counter or the kiosk"),
)
ACTIVE = Words("正向有功（总）", "Active, total")
YEAR = ("202511", "202512", *(f"2026{month:02d}" for month in range(1, 11)))


def history(*energies_kwh: int) -> tuple[MonthEnergy, ...]:
    months = YEAR[-len(energies_kwh) :]
    return tuple(
        MonthEnergy(month=month, energy_kwh=f"{energy:,}", energy_wh=energy * 1000)
        for month, energy in zip(months, energies_kwh, strict=True)
    )


MS_LI = BillDocument(
    number="B202610-0000123",
    issued_at="2026-11-02T06:30:00+08:00",
    content_sha256=hash_of("Ms Li"),
    utility=UTILITY,
    account=LI,
    month="202610",
    period_first_day="2026-10-01",
    period_last_day="2026-10-31",
    due_on="2026-11-20",
    energy_kwh="231",
    amount="125.67",
    amount_due="115.67",
    average_price="0.5440",
    vat_amount="14.46",
    vat_percent="13",
    history=history(242, 268, 301, 287, 240, 198, 205, 289, 342, 318, 243, 231),
    finding=Words("本月用电231度，比上月少5%。", "You used 231 kWh, 5 % less than last month."),
    tier_gauge=TierGauge(
        finding=Words("本年累计2,871度，10月起进入第二档。", "2,871 kWh this year: the second tier began in October."),
        tiers=(
            Tier(label=Words("第一档", "Tier 1"), upto_kwh="2,760", price="0.52000000", filled_percent="100"),
            Tier(label=Words("第二档", "Tier 2"), upto_kwh="4,800", price="0.57000000", filled_percent="5.4"),
            Tier(label=Words("第三档", "Tier 3"), upto_kwh=None, price="0.82000000", filled_percent="0"),
        ),
    ),
    meters=(
        Meter(
            point_number="320417000012301",
            asset_number="3310001234567",
            rows=(
                RegisterRow(
                    kind=ACTIVE,
                    last_reading="12,480.00",
                    this_reading="12,711.00",
                    multiplier="1",
                    metered="231",
                    billed="231",
                ),
            ),
        ),
    ),
    charges=(
        ChargeGroup(
            title=Words("电度电费", "Energy charge"),
            subtotal="125.67",
            rows=(
                ChargeRow(
                    item=Words("居民生活用电", "Residential energy"),
                    band=Words("第一档", "Tier 1"),
                    quantity="120",
                    unit_price="0.52000000",
                    amount="62.40",
                    clause=Words("阶梯电价 第1档", "Tier price, 1"),
                ),
                ChargeRow(
                    item=Words("居民生活用电", "Residential energy"),
                    band=Words("第二档", "Tier 2"),
                    quantity="111",
                    unit_price="0.57000000",
                    amount="63.27",
                    clause=Words("阶梯电价 第2档", "Tier price, 2"),
                ),
            ),
        ),
    ),
    of_which=(Amount(label=Words("增值税 13%", "VAT 13 %"), amount="14.46"),),
    movements=(
        Amount(label=Words("上期余额", "Balance brought forward"), amount="98.40"),
        Amount(label=Words("交费 手机", "Payment, phone"), amount="-108.40", on="2026-10-12"),
    ),
    ways_to_pay=WAYS,
    notes=(
        Words("逾期按日加收1‰违约金。", "From the day after the due date a late penalty of 0.1 % a day is added."),
        Words("对账单有疑问，请拨打95598。", "Questions about this bill: call 95598."),
    ),
)

MS_LI_REVERSED = msgspec.structs.replace(
    MS_LI,
    number="B202610-0000987",
    kind="reversal",
    refers_to=MS_LI.number,
    reason=Words("抄表示数更正：12,711改为12,701", "Reading corrected from 12,711 to 12,701"),
    issued_at="2026-11-09T10:05:00+08:00",
    content_sha256=hash_of("Ms Li reversed"),
    due_on=None,
    energy_kwh="-231",
    amount="-125.67",
    amount_due="-10.00",
    vat_amount="-14.46",
    history=(),
    finding=None,
    tier_gauge=None,
    ways_to_pay=(),
    meters=(),
    charges=tuple(
        msgspec.structs.replace(
            group,
            subtotal="-" + group.subtotal,
            rows=tuple(
                msgspec.structs.replace(row, quantity=f"-{row.quantity}", amount="-" + row.amount) for row in group.rows
            ),
        )
        for group in MS_LI.charges
    ),
    of_which=(Amount(label=Words("增值税 13%", "VAT 13 %"), amount="-14.46"),),
    movements=(Amount(label=Words("上期余额", "Balance brought forward"), amount="115.67"),),
)

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

RECEIPT = ReceiptDocument(
    number="R20261112-000045",
    issued_at="2026-11-12T09:41:30+08:00",
    content_sha256=hash_of("receipt"),
    utility=UTILITY,
    account=LI,
    received_at="2026-11-12T09:41:00+08:00",
    channel=Words("营业厅柜台 · 现金", "Service hall counter, cash"),
    amount="120.00",
    amount_in_words="壹佰贰拾元整",
    settles=(
        Amount(label=Words("2026年10月电费", "Bill of October 2026"), amount="115.67", on="2026-11-02"),
        Amount(label=Words("预收", "Kept as prepayment"), amount="4.33"),
    ),
    balance_after="-4.33",
    taken_by="吴 0032",
    reference="CT-77120045",
)

LETTER = LetterDocument(
    number="N20260702000000001",
    issued_at="2026-07-02T10:00:00+08:00",
    content_sha256=hash_of("notice"),
    utility=UTILITY,
    account=LI,
    title=Words("停电通知书", "Notice of disconnection"),
    paragraphs=(Words("请于七月九日前缴清电费。", "Please pay before 9 July."),),
    facts=(Fact(label=Words("欠费金额", "Overdue"), value="¥ 71.80"),),
    notes=(Words("恢复供电不收取任何费用。", "Switching the supply on again costs nothing."),),
)

STATEMENT = StatementDocument(
    number="S2026-0000123",
    issued_at="2026-11-21T08:00:00+08:00",
    content_sha256=hash_of("statement"),
    utility=UTILITY,
    account=LI,
    period_first_day="2026-10-01",
    period_last_day="2026-11-20",
    opening_balance="98.40",
    closing_balance="-4.33",
    total_debit="125.67",
    total_credit="228.40",
    rows=(
        StatementRow(
            on="2026-10-12",
            what=Words("交费 手机", "Payment, phone"),
            credit="108.40",
            balance="-10.00",
            reference="PAY-9917",
        ),
        StatementRow(
            on="2026-11-02",
            what=Words("2026年10月电费", "Bill of October 2026"),
            debit="125.67",
            balance="115.67",
            reference=MS_LI.number,
        ),
        StatementRow(
            on="2026-11-12",
            what=Words("交费 柜台现金", "Payment, cash at the counter"),
            credit="120.00",
            balance="-4.33",
            reference=RECEIPT.number,
        ),
    ),
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
