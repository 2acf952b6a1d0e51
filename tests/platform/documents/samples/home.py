"""Ms Li's bill, and the same one reversed."""

import msgspec

from gridhall.platform.documents.schema import (
    Amount,
    BillDocument,
    ChargeGroup,
    ChargeRow,
    Meter,
    RegisterRow,
    Tier,
    TierGauge,
    Words,
)
from tests.platform.documents.samples.common import ACTIVE, LI, UTILITY, WAYS, hash_of, history

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
