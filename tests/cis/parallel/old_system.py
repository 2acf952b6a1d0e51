"""An old system: it has the bills of a month as ours came out, prints them in its own ways, and has its faults."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.models import Bill
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel import oracle
from gridhall.kernel.money import format_scaled
from gridhall.kernel.tariffs import TariffVersion

NAMES = {
    "energy": "电度电费", "tier": "阶梯加价", "free_quota": "免费用电基数", "capacity": "容量电费",
    "demand": "需量电费", "power_factor": "力调电费", "fixed": "固定费用", "minimum": "最低电费", "feed_in": "上网电费",
}  # fmt: skip
PERIODS_WH = ("total", "sharp", "peak", "flat", "valley", "deep")
PERIODS = {"sharp": "尖", "peak": "峰", "flat": "平", "valley": "谷", "deep": "深谷"}
FACTS = {"变线损电量": "loss", "分表扣减电量": "deducted", "上期示数": "last_read", "本期示数": "this_read"}


@dataclass
class OldLine:
    """One line as the old system keeps it; `scale` is the decimals of its quantity."""

    kind: str
    period: str
    tier: int
    quantity: int
    scale: int
    price_e8: int
    amount_fen: int


@dataclass
class OldBill:
    """One bill of the old system. A fault is a change of these."""

    account: str
    first: date
    end: date
    lines: list[OldLine]
    energy_wh: int
    multiplier: int = 1
    amount_fen: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)  # what it was rated on, segment by segment
    facts: dict[str, str] = field(default_factory=dict)  # further columns of the file

    @property
    def tariff(self) -> str:
        """The tariff of its one segment; "" where there are several."""
        return parsed(self.rows[0]["version"]).code if len(self.rows) == 1 else ""

    def settle(self) -> None:
        """The amount of the bill is that of its lines."""
        self.amount_fen = sum(line.amount_fen for line in self.lines)


def old_bills(month: int) -> list[OldBill]:
    """Our bills of a month, as another system that is right would have made them."""
    rows = Bill.objects.filter(month=month, kind__in=("normal", "rebill")).exclude(state="reversed")
    made = []
    for bill in rows.select_related("account").order_by("account__number"):
        inputs = stored(bill.inputs)
        old = OldBill(
            bill.account.number, bill.period_from, bill.period_to, rated(inputs, month), bill.energy_wh, rows=inputs
        )
        old.settle()
        assert old.amount_fen == bill.total_fen  # the second, independent rating agrees
        made.append(old)
    return made


def rated(rows: list[dict[str, Any]], month: int, version: TariffVersion | None = None) -> list[OldLine]:
    """The lines of a bill by the naive rating in Decimal: the old system shares no arithmetic with ours."""
    lines = []
    for row in rows:
        for line in oracle.rate_one(version or parsed(row["version"]), _account(row, month % 100)):
            if line.included or not (line.quantity or line.amount):
                continue
            kind = "feed_in" if row["export"] and line.kind == "energy" else line.kind
            scale = {"capacity": 6, "demand": 6, "fixed": 6, "power_factor": 2, "minimum": 2}.get(kind, 3)
            period = "" if line.period in (None, "total") else str(line.period)
            lines.append(
                OldLine(
                    kind, period, line.tier or 0, int(line.quantity.scaleb(scale)), scale, int(line.price.scaleb(8)),
                    int(line.amount.scaleb(2)),
                )
            )  # fmt: skip
    return lines


def _account(row: dict[str, Any], month: int) -> oracle.Account:
    period_kwh = {period: Decimal(wh) / 1000 for period, wh in zip(PERIODS_WH, row["period_wh"], strict=True) if wh}
    return oracle.Account(
        month=month, period_kwh=period_kwh, tier_before_kwh=Decimal(row["tier_before_wh"]) / 1000,
        tier_months=row["tier_months"], persons=row["persons"], free_quota=bool(row["free_quota"]),
        charging=("none", "capacity", "contract", "demand")[row["charging"]],
        demand_kw=Decimal(row["demand_kw_e6"]).scaleb(-6), contract_kw=Decimal(row["contract_kw_e6"]).scaleb(-6),
        capacity_kva=Decimal(row["capacity_kva_e6"]).scaleb(-6), reactive_kvarh=Decimal(row["reactive_varh"]) / 1000,
        power_factor_standard=row["power_factor_standard"], month_thirtieths=row["month_thirtieths"],
    )  # fmt: skip


def as_lines(bills: list[OldBill], month: int, *, separator: str = ",", encoding: str = "utf-8") -> bytes:
    """One row a line, in the words of a State Grid export, the total of each bill behind its lines."""
    header = ["cons_no", "rcvbl_ym", "begin_date", "end_date", "综合倍率", "费用名称", "时段", "阶梯", "数量", "单价"]
    header += ["金额", *FACTS]
    rows: list[list[object]] = []
    for bill in bills:
        last = bill.end - timedelta(days=1)
        head = [bill.account, month, bill.first, last, bill.multiplier]
        tail = [bill.facts.get(name, "") for name in FACTS.values()]
        for line in bill.lines:
            rate = line.kind == "power_factor"
            price = f"{format_scaled(line.price_e8, 6)}%" if rate else format_scaled(line.price_e8, 8)
            figures = [format_scaled(line.quantity, line.scale), price if line.price_e8 else ""]
            named = [NAMES[line.kind], PERIODS.get(line.period, ""), line.tier or ""]
            rows.append([*head, *named, *figures, format_scaled(line.amount_fen, 2), *tail])
        rows.append([*head, "合计", "", "", "", "", format_scaled(bill.amount_fen, 2), *tail])
    total = sum(bill.amount_fen for bill in bills)
    rows.append(["合计", *[""] * 9, format_scaled(total, 2), *[""] * len(FACTS)])
    return _table(header, rows, separator, encoding)


def as_bills(bills: list[OldBill], month: int, *, separator: str = ",", encoding: str = "utf-8") -> bytes:
    """One row a bill: energy by period, the energy charge by period, and the other charges, as columns."""
    header = [
        "户号",
        "电费年月",
        "起始日期",
        "截止日期",
        "倍率",
        "总电量(kWh)",
        *(f"{zh}电量" for zh in PERIODS.values()),
    ]
    header += [f"{zh}电费" for zh in PERIODS.values()] + [
        "电度电费",
        "阶梯加价",
        "免费用电基数",
        "容量电费",
        "需量电费",
        "力调电费",
        "上网电费",
    ]
    header += [*FACTS, "应收电费"]
    rows: list[list[object]] = []
    for bill in bills:
        row = [
            bill.account,
            month,
            bill.first,
            bill.end - timedelta(days=1),
            bill.multiplier,
            format_scaled(bill.energy_wh, 3),
        ]
        timed = {line.period: line for line in bill.lines if line.kind == "energy" and line.period}
        row += [format_scaled(timed[p].quantity, 3) if p in timed else "" for p in PERIODS]
        row += [format_scaled(timed[p].amount_fen, 2) if p in timed else "" for p in PERIODS]
        for kind in ("energy", "tier", "free_quota", "capacity", "demand", "power_factor", "feed_in"):
            own = [
                line.amount_fen for line in bill.lines if line.kind == kind and not (kind == "energy" and line.period)
            ]
            row.append(format_scaled(sum(own), 2) if own else "")
        row += [bill.facts.get(name, "") for name in FACTS.values()]
        rows.append([*row, format_scaled(bill.amount_fen, 2)])
    rows.append(["合计", *[""] * (len(header) - 2), format_scaled(sum(bill.amount_fen for bill in bills), 2)])
    return _table(header, rows, separator, encoding)


def as_totals(bills: list[OldBill], month: int) -> bytes:
    """One row a bill with nothing but energy and amount."""
    rows = [
        [bill.account, month, format_scaled(bill.energy_wh, 3), format_scaled(bill.amount_fen, 2)] for bill in bills
    ]
    return _table(["account", "month", "kwh", "amount"], rows, ",", "utf-8")


LAYOUTS: dict[str, Callable[..., bytes]] = {"lines": as_lines, "bills": as_bills}


def _table(header: list[str], rows: list[list[object]], separator: str, encoding: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)
