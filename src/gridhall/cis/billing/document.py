"""A bill as the printed document wants it: every number as text, every word in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from gridhall.cis.billing.explain import LineView, lines_of
from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.models import Bill
from gridhall.cis.billing.readings_block import kwh, meters, notes
from gridhall.cis.billing.wording import GROUP_OF, GROUPS
from gridhall.cis.ledger.queries import open_items
from gridhall.cis.network.models import ServicePointTerms
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel.money import format_scaled, format_yuan, round_half_up
from gridhall.kernel.tariffs import PERIODS as PERIOD_CODES
from gridhall.platform.documents import schema as doc
from gridhall.platform.documents.schema import Words
from gridhall.platform.models import OrgUnit
from gridhall.platform.scope import EVERYTHING

KIND = {Bill.Kind.REVERSAL: "reversal", Bill.Kind.REBILL: "rebill"}
WAYS_TO_PAY = (
    Words("网上营业厅: 登录后选择“交费”", "Web hall: sign in and choose Pay"),
    Words("任一营业厅柜台, 报户号即可", "Any service hall counter, with the account number"),
)
CLASSES = {
    "residential": Words("居民生活用电", "Residential"),
    "shared_meter": Words("居民合表用电", "Shared meter"),
    "commercial": Words("商业用电", "Commercial"),
    "industrial": Words("工业用电", "Industrial"),
    "large_industry": Words("大工业用电", "Large industry"),
    "agriculture": Words("农业生产用电", "Agriculture"),
    "public": Words("公共服务用电", "Public service"),
    "charging": Words("充电设施用电", "EV charging"),
}


def money(fen: int) -> str:
    """1315.60 with separators: 1,315.60."""
    text = format_yuan(abs(fen))
    whole, cents = text.split(".")
    return ("-" if fen < 0 else "") + f"{int(whole):,}.{cents}"


def quantity_text(line: LineView) -> str:
    """The quantity of a line in its own unit."""
    if line.unit == "kWh":
        return kwh(line.quantity)
    if line.unit == "yuan":
        return money(line.quantity)
    return format_scaled(line.quantity, 6, decimals=0)


def price_text(price_e8: int) -> str:
    """Unit price with at least four and up to eight decimals."""
    return format_scaled(price_e8, 8, decimals=4)


def bill_document(bill: Bill) -> doc.BillDocument:
    """Everything the printed bill shows, from what is stored; the same bill always gives the same document."""
    lines, facts = lines_of(bill), stored(bill.inputs)
    charged = [line for line in lines if not line.included]
    version = parsed(facts[0]["version"])
    return doc.BillDocument(
        number=bill.number,
        issued_at=_moment(bill.released_at or datetime.combine(bill.period_to, datetime.min.time())),
        content_sha256=bill.content_sha256,
        utility=utility(bill.path),
        account=account_block(bill.account, bill.use_class, version.name, bill.period_from),
        month=str(bill.month),
        period_first_day=str(bill.period_from),
        period_last_day=str(bill.period_to - timedelta(days=1)),
        due_on=str(bill.due_on) if bill.kind != Bill.Kind.REVERSAL else None,
        energy_kwh=kwh(bill.energy_wh),
        amount=money(bill.total_fen),
        amount_due=money(_due_fen(bill)),
        movements=_movements(bill),
        kind=KIND.get(bill.kind, "bill"),
        refers_to=_refers_to(bill),
        average_price=_average(bill),
        vat_amount=money(bill.vat_fen),
        vat_percent=str(version.vat_percent),
        composition=_composition(charged, bill.total_fen),
        tou=_tou(facts),
        history=_history(bill),
        finding=_finding(bill),
        meters=meters(facts, bill.account.number),
        charges=_groups(charged),
        of_which=_of_which(lines, bill, version.vat_percent),
        notes=notes(facts),
        ways_to_pay=WAYS_TO_PAY if bill.kind != Bill.Kind.REVERSAL else (),
    )


def utility(path: str) -> doc.Utility:
    """The supply unit that issues the document: the city on the path."""
    city = "/".join(path.split("/")[:2]) + "/"
    unit = OrgUnit.objects.within(EVERYTHING).filter(path=city).first()
    if unit is None:
        return doc.Utility(name=Words("供电公司", "Power supply company"))
    return doc.Utility(name=Words(f"{unit.name_zh}供电公司", f"{unit.name_en} Power Supply"))


def account_block(account: Any, use_class: str, tariff_name: Any, on: date) -> doc.Account:
    """Whom the document is about."""
    terms = (
        ServicePointTerms.objects.on(on).filter(service_point__agreements__account=account).order_by("pk").first()
        if tariff_name
        else None
    )
    facts = (
        [doc.Fact(label=Words("电价", "Tariff"), value=Words(tariff_name.zh, tariff_name.en))] if tariff_name else []
    )
    if terms is not None:
        facts.append(doc.Fact(label=Words("供电电压", "Supply voltage"), value=f"{terms.supply_voltage_v} V"))
        capacity = format_scaled(terms.contract_capacity_kva_e6, 6, decimals=0)
        facts.append(doc.Fact(label=Words("合同容量", "Contract capacity"), value=f"{capacity} kVA"))
    return doc.Account(
        number=account.number, name=account.customer.name, service_address=account.premise.address,
        use_class=CLASSES.get(use_class), facts=tuple(facts),
    )  # fmt: skip


def _moment(at: datetime) -> str:
    aware = at if timezone.is_aware(at) else timezone.make_aware(at)
    return timezone.localtime(aware).isoformat(timespec="seconds")


def _due_fen(bill: Bill) -> int:
    """What is open on this bill now."""
    item = next((item for item in open_items(bill.account_id) if item.bill_id == bill.pk), None)
    return item.total_fen if item else 0


def _movements(bill: Bill) -> tuple[doc.Amount, ...]:
    """From the bill's amount to what is due: what was settled, late penalties."""
    due = _due_fen(bill)
    if due == bill.total_fen:
        return ()
    item = next((item for item in open_items(bill.account_id) if item.bill_id == bill.pk), None)
    penalty = item.penalty_fen if item else 0
    rows = [doc.Amount(label=Words("已结清", "Settled"), amount=money(due - penalty - bill.total_fen))]
    if penalty:
        rows.append(doc.Amount(label=Words("违约金", "Late penalty"), amount=money(penalty)))
    return tuple(rows)


def _refers_to(bill: Bill) -> str | None:
    if bill.reverses is not None:
        return bill.reverses.number
    if bill.kind == Bill.Kind.REBILL:
        earlier = Bill.objects.within(EVERYTHING).filter(
            account_id=bill.account_id, month=bill.month, kind__in=("normal", "rebill"), pk__lt=bill.pk
        )
        return earlier.order_by("-pk").values_list("number", flat=True).first()
    return None


def _average(bill: Bill) -> str | None:
    """Yuan per kWh with four decimals."""
    if bill.energy_wh <= 0:
        return None
    return format_scaled(round_half_up(bill.total_fen * 100_000, bill.energy_wh), 4)


def _percent(part: int, whole: int) -> str:
    return format_scaled(round_half_up(part * 1000 * (1 if whole > 0 else -1), abs(whole)), 1) if whole else "0.0"


def _composition(lines: Sequence[LineView], total_fen: int) -> tuple[doc.Share, ...]:
    sums: dict[str, int] = {}
    for line in lines:
        sums[GROUP_OF[line.kind]] = sums.get(GROUP_OF[line.kind], 0) + line.amount_fen
    return tuple(
        doc.Share(label=GROUPS[group], amount=money(fen), share_percent=_percent(fen, total_fen))
        for group, fen in sums.items()
    )


def _tou(facts: Sequence[dict[str, Any]]) -> tuple[doc.TouShare, ...]:
    totals = [sum(row["period_wh"][i] for row in facts if not row["export"]) for i in range(len(PERIOD_CODES))]
    whole = sum(totals)
    if not whole or totals[0] == whole:
        return ()
    return tuple(
        doc.TouShare(period=code, energy_kwh=kwh(wh), share_percent=_percent(wh, whole))
        for code, wh in zip(PERIOD_CODES, totals, strict=True)
        if wh
    )


def _history(bill: Bill) -> tuple[doc.MonthEnergy, ...]:
    """Up to thirteen months ending with this one; corrections net out."""
    rows: dict[int, int] = {}
    earlier = Bill.objects.within(EVERYTHING).filter(
        account_id=bill.account_id,
        month__lte=bill.month,
        month__gt=bill.month - 200,
        state__in=("released", "reversed"),
    )
    for month, energy_wh in earlier.values_list("month", "energy_wh"):
        rows[month] = rows.get(month, 0) + energy_wh
    return tuple(
        doc.MonthEnergy(month=str(month), energy_kwh=kwh(wh - wh % 1000), energy_wh=wh)
        for month, wh in sorted(rows.items())[-13:]
        if wh >= 0
    )


def _finding(bill: Bill) -> Words | None:
    history = _history(bill)
    if len(history) < 2 or bill.kind == Bill.Kind.REVERSAL or not history[-2].energy_wh:
        return None
    now, before = history[-1].energy_wh, history[-2].energy_wh
    change = round_half_up((now - before) * 100, before)
    if change == 0:
        return Words(f"本月用电{kwh(now)}千瓦时, 与上月持平。", f"You used {kwh(now)} kWh, the same as last month.")
    zh, en = ("增加", "more") if change > 0 else ("减少", "less")
    return Words(
        f"本月用电{kwh(now)}千瓦时, 比上月{zh}{abs(change)}%。",
        f"You used {kwh(now)} kWh, {abs(change)} % {en} than last month.",
    )


def _groups(lines: Sequence[LineView]) -> tuple[doc.ChargeGroup, ...]:
    groups: dict[str, list[LineView]] = {}
    for line in lines:
        groups.setdefault(GROUP_OF[line.kind], []).append(line)
    return tuple(
        doc.ChargeGroup(
            title=GROUPS[group], subtotal=money(sum(line.amount_fen for line in members)),
            rows=tuple(_charge(line) for line in members),
        )
        for group, members in groups.items()
    )  # fmt: skip


def _charge(line: LineView) -> doc.ChargeRow:
    percent = line.kind == "power_factor"
    return doc.ChargeRow(
        item=line.words, band=line.band, quantity=quantity_text(line), unit="¥" if line.unit == "yuan" else line.unit,
        unit_price=f"{format_scaled(line.price_e8, 6, decimals=2)} %" if percent else price_text(line.price_e8),
        amount=money(line.amount_fen), clause=line.clause or None,
    )  # fmt: skip


def _of_which(lines: Sequence[LineView], bill: Bill, vat_percent: int) -> tuple[doc.Amount, ...]:
    rows: dict[str, tuple[Words, int]] = {}
    for line in lines:
        if line.included:
            words, fen = rows.get(line.words.en, (line.words, 0))
            rows[line.words.en] = (words, fen + line.amount_fen)
    parts = [doc.Amount(label=words, amount=money(fen)) for words, fen in rows.values()]
    vat = Words(f"增值税 {vat_percent}%", f"VAT {vat_percent} %")
    return (*parts, doc.Amount(label=vat, amount=money(bill.vat_fen)))
