"""Agency-purchase tables as a province prints them, made here: Hubei January 2026, and an invented February.

January's figures are those of the shipped data (SOURCES.md); February is invented for the tutorial [C]: every price
follows from its parts, only the single-part flat prices keep January's 0.0002 below their sum.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
import typst

FUNDS = (("农网还贷资金", "0.020000"), ("水库移民后期扶持资金", "0.006200"), ("可再生能源电价附加", "0.019000"))
ITEMS = (
    "抽水蓄能容量电费", "煤电容量电费", "新能源可持续发展价格结算机制差价", "辅助服务费用", "线损电量代理采购损益",
    "电价交叉补贴新增损益", "保量保价优先发电剩余损益",
)  # fmt: skip
VOLTAGES = {
    "单一制": ("不满1千伏", "1-10(20)千伏", "35千伏"),
    "两部制": ("1-10(20)千伏", "35千伏", "110千伏", "220千伏及以上"),
}
TD = ("0.2103", "0.1903", "0.1703", "0.1263", "0.1065", "0.0884", "0.0694")
CHARGES = (None, None, None, ("42", "26.3"), ("42", "26.3"), ("39", "24.4"), ("39", "24.4"))
HEAD = (
    "用电分类", "电压等级", "电度用电价格", "代理购电价格", "上网环节线损费用", "电度输配电价", "系统运行费用",
    "政府性基金及附加", "尖峰时段", "高峰时段", "平时段", "低谷时段", "最大需量", "变压器容量",
)  # fmt: skip
GROUPS = {2: "", 3: "其中", 8: "分时电度用电价格（元/千瓦时）", 12: "容（需）量用电价格"}
REMARKS = (
    "备注：1.电网企业代理购电工商业用户电价由代理购电价格等组成。",
    "2.尖峰时段价格按规定上浮，执行分时电价的用户按分时时段结算，参考上浮比例1.49。",
)


@dataclass(frozen=True)
class Month:
    """One month's figures as texts."""

    month: int
    average: str
    deviation: str
    purchase: str
    loss: str
    system: str
    items: tuple[str, ...]
    prices: tuple[tuple[str, str, str, str], ...]  # flat, sharp, peak, valley of the seven rows
    changes: dict[tuple[int, int], str] = field(default_factory=dict)


JANUARY = Month(
    202601, "0.388090", "-0.003620", "0.384470", "0.013643", "0.082273",
    ("0.002316", "0.036657", "0.019244", "0", "0", "0.012994", "0.006762"),
    (
        ("0.735686", "1.133999", "0.930961", "0.516924"),
        ("0.715686", "1.113999", "0.910961", "0.496924"),
        ("0.695686", "1.093999", "0.890961", "0.476924"),
        ("0.651886", "1.049999", "0.848961", "0.432924"),
        ("0.632086", "1.030199", "0.827161", "0.413124"),
        ("0.613986", "1.012099", "0.809061", "0.395024"),
        ("0.594986", "0.993099", "0.790061", "0.376024"),
    ),
)  # fmt: skip


def _invented() -> Month:
    average, deviation, loss, system = "0.397150", "-0.002480", "0.013829", "0.085113"
    items = ("0.002316", "0.038957", "0.021044", "0", "0", "0.012994", "0.009802")
    floating = Decimal(average) + Decimal(deviation) + Decimal(loss)
    rows = []
    for n, td in enumerate(TD):
        fixed = Decimal(td) + Decimal(system) + Decimal("0.0452")
        flat = floating + fixed - (Decimal("0.0002") if n < 3 else 0)
        ratios = (Decimal(2), Decimal("1.49"), Decimal("0.45"))
        prices = (flat, *(floating * ratio + fixed for ratio in ratios))
        rows.append(tuple(str(price.quantize(Decimal("0.000001"), ROUND_HALF_UP)) for price in prices))
    return Month(202602, average, deviation, "0.394670", loss, system, items, tuple(rows))  # type: ignore[arg-type]


FEBRUARY = _invented()


def replace_month(month: Month, number: int) -> Month:
    """The same figures for another month."""
    return replace(month, month=number)


def cells(month: Month) -> tuple[list[list[str]], list[tuple[int, int, int, int]]]:
    """Rows of texts, and the merged ranges as (top, left, bottom, right), counted from 0."""
    year, number = divmod(month.month, 100)
    last = 31 if number == 1 else 28
    rows = [
        ["国网湖北省电力有限公司代理购电工商业用户电价表"],
        [f"（执行时间：{year}年{number}月1日-{year}年{number}月{last}日）"],
        ["单位：元/千瓦时"],
        ["名称", "序号", "明细", "计算关系", "电价"],
        ["电价", "1", "代理购电价格", "1=2+3", month.purchase],
        ["", "2", "其中：当月平均购电价格", "2", month.average],
        ["", "3", "历史偏差电费折价", "3", month.deviation],
        ["", "4", "上网环节线损费用折价", "4", month.loss],
        ["", "5", "系统运行费用折合度电水平", "5=5.1+…+5.7", month.system],
    ]
    rows += [
        ["", f"5.{n}", name, f"5.{n}", price] for n, (name, price) in enumerate(zip(ITEMS, month.items, strict=True), 1)
    ]
    rows += [["", "6", "政府性基金及附加", "6=6.1+6.2+6.3", "0.045200"]]
    rows += [["", f"6.{n}", name, f"6.{n}", price] for n, (name, price) in enumerate(FUNDS, 1)]
    merges = [(0, 0, 0, 13), (4, 0, len(rows) - 1, 0)]
    rows += [[]]
    top = len(rows)
    rows += [[HEAD[n] if n < 2 else GROUPS.get(n, "") if n != 2 else HEAD[2] for n in range(14)]]
    rows += [["" if n < 3 else HEAD[n] for n in range(14)]]
    merges += [(top, 0, top + 1, 0), (top, 1, top + 1, 1), (top, 2, top + 1, 2)]
    merges += [(top, 3, top, 7), (top, 8, top, 11), (top, 12, top, 13)]
    first = len(rows)
    labels = [(name, voltage) for name, listed in VOLTAGES.items() for voltage in listed]
    for n, (name, voltage) in enumerate(labels):
        flat, sharp, peak, valley = month.prices[n]
        shared = [month.purchase, month.loss, TD[n], month.system, "0.045200"]
        charge = list(CHARGES[n] or ("－", "－"))
        rows.append([name, voltage, flat, *shared, sharp, peak, flat, valley, *charge])
    for (row, column), text in month.changes.items():
        rows[first + row][column] = text
    merges += [(first, 0, first + 2, 0), (first + 3, 0, first + 6, 0)]
    for top, bottom in ((first + 3, first + 4), (first + 5, first + 6)):
        merges += [(top, 12, bottom, 12), (top, 13, bottom, 13)]
    for column in (3, 4, 6, 7):
        merges.append((first, column, first + 6, column))
    rows += [[text] for text in REMARKS]
    return rows, merges


def as_xlsx(month: Month) -> bytes:
    """A workbook with merged cells, prices as numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    rows, merges = cells(month)
    for n, row in enumerate(rows, 1):
        for place, text in enumerate(row, 1):
            numeric = text.replace(".", "", 1).lstrip("-").isdigit() and (n > 4 and place > 2)
            sheet.cell(n, place, float(text) if numeric else text or None)
    for top, left, bottom, right in merges:
        sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(month: Month, encoding: str = "utf-8-sig") -> bytes:
    """What a spreadsheet writes: of a merged range only the first cell is filled."""
    rows, merges = cells(month)
    for top, left, bottom, right in merges:
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left) and column < len(rows[row]):
                    rows[row][column] = ""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode(encoding)


def as_pdf(month: Month) -> bytes:
    """A page as typst prints it: two tables with merged cells."""
    rows, _merges = cells(month)
    split = rows.index([])
    first = [[row[2], row[3], row[4]] for row in rows[3:split]]
    data = rows[split + 3 : -len(REMARKS)]
    lines = [
        "#set page(width: 60cm, height: 42cm, margin: 1cm)",
        '#set text(font: "Noto Sans SC", size: 9pt, lang: "zh")',
        *(f"#align(center)[#{json.dumps(row[0], ensure_ascii=False)}]" for row in rows[:3]),
        "#table(columns: 3, " + ", ".join(_cell(text) for row in first for text in row) + ")",
        "#v(1em)", f"#table(columns: {len(HEAD)}, ",
    ]  # fmt: skip
    body = [f"table.cell(rowspan: 2, {_cell(text)})" for text in HEAD[:3]]
    body += [f"table.cell(colspan: {n}, {_cell(GROUPS[at])})" for at, n in ((3, 5), (8, 4), (12, 2))]
    body += [_cell(text) for text in HEAD[3:]]
    for n, row in enumerate(data):
        if n in (0, 3):
            body.append(f"table.cell(rowspan: {3 if n == 0 else 4}, align: horizon, {_cell(row[0])})")
        body += [_cell(text) for text in row[1:]]
    lines += [", ".join(body) + ")", *(f"#{json.dumps(text, ensure_ascii=False)}\n" for text in REMARKS)]
    return typst.compile("\n".join(lines).encode(), font_paths=[_fonts()])


def _cell(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _fonts() -> str:
    from gridhall.platform.documents import render

    return str(render.FONTS)


def as_text(month: Month) -> str:
    """What copying from a viewer gives: every row of the table in one line, one number torn in two."""
    rows, _merges = cells(month)
    split = rows.index([])
    lines = [" ".join(text for text in row if text) for row in rows[:split]]
    lines += [
        "用电分类 电压等级 电度用电价格 其中 分时电度用电价格（元/千瓦时） 容（需）量用电价格",
        " ".join(HEAD[3:]),
    ]
    for n, row in enumerate(rows[split + 3 : -len(REMARKS)]):
        torn = list(row)
        if n == 4:
            torn[8] = torn[8][:-3]
        lines.append(" ".join(torn if n in (0, 3) else torn[1:]))
        if n == 4:
            lines.append(row[8][-3:])
    return "\n".join([*lines, *REMARKS]) + "\n"
