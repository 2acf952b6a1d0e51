"""What a price table would publish: each row's version, what the figures say about themselves, and last month."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from gridhall.cis.studio import documents, queries, table_rules
from gridhall.cis.studio.models import PriceTable as TableRecord
from gridhall.cis.studio.table_versions import CannotFollow, first_of, unmatched_text, version_text
from gridhall.cis.tariffs.queries import parsed
from gridhall.codecs import price_table
from gridhall.codecs.price_table import PriceTable, TableRow
from gridhall.kernel.money import round_half_up
from gridhall.kernel.tariffs import TariffVersion

COMPARED = ("flat", "sharp", "peak", "valley", "deep", "td", "demand", "capacity")


@dataclass(frozen=True)
class Change:
    """A price against last month's version; ``hundredths`` of a percent, None where there was no price."""

    name: str
    old: int | None
    new: int
    hundredths: int | None
    jump: bool

    @property
    def difference(self) -> int | None:
        return None if self.old is None else self.new - self.old


@dataclass(frozen=True)
class PreparedRow:
    """A row and the version it makes; without one, ``why`` and its ``detail`` say what is missing."""

    row: TableRow
    code: str = ""
    text: str = ""
    version: TariffVersion | None = None
    base_id: int | None = None
    warnings: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    why: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Prepared:
    """A whole table."""

    table: PriceTable
    rows: list[PreparedRow]
    warnings: dict[str, list[str]] = field(default_factory=dict)  # text -> the rows it holds for

    @property
    def matched(self) -> list[PreparedRow]:
        return [row for row in self.rows if row.version]

    @property
    def unmatched(self) -> list[PreparedRow]:
        return [row for row in self.rows if not row.version]

    @property
    def jumps(self) -> int:
        return sum(change.jump for row in self.rows for change in row.changes)


def prepare(record: TableRecord, evidence: str = "S") -> Prepared:
    """The table with its rows' versions; the stored mapping counts once the table was submitted."""
    table = price_table.from_json(record.document)
    codes = {table_rules.flat_key(key): code for key, code in table_rules.tariffs_of(table, record.path).items()}
    if record.state in (TableRecord.State.SUBMITTED, TableRecord.State.CONFIRMED):
        codes = record.mapping
    origin = f"Imported from {record.file_name}, sha256 {record.sha256}."
    rows = [_row(table, row, codes, evidence, origin) for row in table.rows]
    warnings: dict[str, list[str]] = {}
    for row in rows:
        for text in row.warnings:
            warnings.setdefault(text, []).append(row.row.label)
    return Prepared(table, rows, warnings)


def _row(table: PriceTable, row: TableRow, codes: dict[str, str], evidence: str, origin: str) -> PreparedRow:
    code = codes.get(table_rules.flat_key((row.tariff_class, row.voltage)), "")
    first = first_of(table.month)
    before = (
        (queries.predecessor(code, first - timedelta(days=1)) or queries.predecessor(code, first)) if code else None
    )
    if before is None:
        checked = documents.check(unmatched_text(table, row))
        return PreparedRow(row, code, warnings=checked.warnings, why="no_version" if code else "no_tariff")
    base = parsed(before.pk)
    try:
        text = version_text(table, row, base, evidence, origin)
    except CannotFollow as error:
        return PreparedRow(row, code, why=error.args[0], detail=error.args[1])
    checked = documents.check(text)
    if checked.version is None:
        return PreparedRow(row, code, why="problem", detail=checked.problems[0].text)
    changes = tuple(_changes(table, row, base, before.valid_from < first))
    return PreparedRow(row, code, text, checked.version, before.pk, checked.warnings, changes)


def _changes(table: PriceTable, row: TableRow, base: TariffVersion, is_before: bool) -> list[Change]:
    limit = table_rules.policy_on(first_of(table.month)).jump_percent * 100
    found = []
    for name in COMPARED:
        new, old = getattr(row, name), _old(base, name, table.month % 100) if is_before else None
        if new is None:
            continue
        hundredths = round_half_up((new - old) * 10_000, old) if old else None
        found.append(Change(name, old, new, hundredths, hundredths is not None and abs(hundredths) > limit))
    return found


def _old(base: TariffVersion, name: str, month: int) -> int | None:
    if name in ("demand", "capacity"):
        charge = getattr(base, name)
        return int(charge.price_e8) if charge else None
    if name == "td":
        return next((int(one.prices.total) for one in base.components if one.kind == "td" and one.prices.total), None)
    prices = base.season(month).prices
    price = prices.at(name) if base.calendar else prices.total if name == "flat" else None
    return None if price is None else int(price)
