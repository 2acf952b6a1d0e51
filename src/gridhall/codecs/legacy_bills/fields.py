"""The fields of one row by what they mean: texts to exact values, each fault with row, field and remedy."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gridhall.codecs.errors import Code, FileProblem, problem, refuse
from gridhall.codecs.fields import good_key, key_problem
from gridhall.codecs.legacy_bills import values, words
from gridhall.codecs.legacy_bills.records import PERIODS, ColumnMap
from gridhall.codecs.legacy_bills.values import ValueFault
from gridhall.codecs.vocabulary import NULLS

ENERGY_DECIMALS, FEN_DECIMALS, PRICE_DECIMALS, OTHER_DECIMALS = 3, 2, 8, 6
ENERGY_KINDS = ("energy", "tier", "free_quota", "feed_in", "component")


class Fault(Exception):
    """Why a row is in no bill."""

    def __init__(self, found: FileProblem) -> None:
        super().__init__(found.message)
        self.problem = found


@dataclass(frozen=True, slots=True)
class Fields:
    """Where each target stands in a row, and what the mapping says of the file."""

    header: Sequence[str]
    places: Mapping[str, int]  # of single columns
    parts: Mapping[tuple[str, str, int, str], Mapping[str, int]]  # kind, period, tier, name → quantity|price|amount
    mapping: ColumnMap
    month: int

    @classmethod
    def of(cls, header: Sequence[str], mapping: ColumnMap, month: int) -> "Fields":
        """Raises CodecError for a column that the mapping names and the file does not have."""
        places: dict[str, int] = {}
        parts: dict[tuple[str, str, int, str], dict[str, int]] = {}
        for name, target in mapping.targets.items():
            if not target:
                continue
            if list(header).count(name) != 1:
                raise refuse(Code.COLUMN_TWICE if name in header else Code.COLUMN_MISSING, row=1, field=name)
            place = header.index(name)
            if "/" in target:
                what, kind, period, tier = (*target.split("/"), "", "")[:4]
                label = name if kind in ("component", "other") else ""
                parts.setdefault((kind, period, int(tier or 0), label), {})[what] = place
            else:
                places[target] = place
        return cls(header, places, parts, mapping, month)

    def text(self, texts: Sequence[str], target: str) -> str:
        """The field of a target, "" where the file has no such column or nothing in it."""
        place = self.places.get(target)
        return "" if place is None or texts[place] in NULLS else texts[place]

    def account(self, texts: Sequence[str], row: int) -> str:
        """The account number; Fault where there is none."""
        number = texts[self.places["account"]] if "account" in self.places else ""
        if not good_key(number):
            raise Fault(key_problem(number, row, self.named("account")))
        return number

    def named(self, target: str) -> str:
        """What the file calls the column of a target."""
        place = self.places.get(target)
        return target if place is None else self.header[place]

    def check_month(self, texts: Sequence[str], row: int) -> None:
        """Fault for a bill of another month."""
        if text := self.text(texts, "month"):
            month = values.month_of(text)
            if month is None:
                raise Fault(problem(Code.MONTH, row=row, field=self.named("month"), value=text))
            if month != self.month:
                raise Fault(
                    problem(Code.OTHER_MONTH, row=row, field=self.named("month"), value=month, expected=self.month)
                )

    def period(self, texts: Sequence[str], row: int) -> tuple[date | None, date | None]:
        """First day and the day after the last, where the file gives them."""
        first = self._day(texts, row, "from", next_day=False)
        end = self._day(texts, row, "to", next_day=self.mapping.end_included)
        if first and end and end <= first:
            raise Fault(problem(Code.PERIOD_ORDER, row=row, field=self.named("to"), value=self.text(texts, "to")))
        return first, end

    def _day(self, texts: Sequence[str], row: int, target: str, *, next_day: bool) -> date | None:
        text = self.text(texts, target)
        if not text:
            return None
        found = values.day_of(text, next_day=next_day)
        if found is None:
            raise Fault(problem(Code.DATE, row=row, field=self.named(target), value=text))
        return found

    def fen(self, texts: Sequence[str], row: int, place: int | None) -> int | None:
        """Yuan as fen."""
        return self._value(texts, row, place, lambda text: values.scaled(text, FEN_DECIMALS))

    def wh(self, texts: Sequence[str], row: int, target: str) -> int | None:
        """kWh as Wh."""
        place = self.places.get(target)
        return self._value(texts, row, place, lambda text: values.rounded(text, ENERGY_DECIMALS))

    def quantity(self, texts: Sequence[str], row: int, place: int | None, kind: str) -> int | None:
        """The quantity of a line of a kind, in its integer unit."""
        decimals = (
            ENERGY_DECIMALS if kind in ENERGY_KINDS else FEN_DECIMALS if kind == "power_factor" else OTHER_DECIMALS
        )
        return self._value(texts, row, place, lambda text: values.rounded(text, decimals))

    def price(self, texts: Sequence[str], row: int, place: int | None, kind: str) -> int | None:
        """The price of a line, 1e-8; of a power-factor line its rate."""
        read = values.rate_e8 if kind == "power_factor" else lambda text: values.scaled(text, PRICE_DECIMALS)
        return self._value(texts, row, place, read)

    def facts(self, texts: Sequence[str], row: int) -> dict[str, Any]:
        """What else the file knows: multiplier, reads, losses, the other system's price code."""
        found: dict[str, Any] = {
            name: text for name in ("tariff", "last_read", "this_read") if (text := self.text(texts, name))
        }
        for name in ("loss", "deducted"):
            if (value := self.wh(texts, row, name)) is not None:
                found[f"{name}_wh"] = value
        multiplier = self._value(texts, row, self.places.get("multiplier"), lambda text: values.scaled(text, 0))
        return found if multiplier is None else found | {"multiplier": multiplier}

    def line(self, texts: Sequence[str], row: int) -> tuple[str, str, str, int]:
        """Name, kind, period and tier of the line in a row; kind "" for an unknown name."""
        name = self.text(texts, "name")
        if not name:
            raise Fault(problem(Code.FIELD_EMPTY, row=row, field=self.named("name")))
        kind, period, tier = ("other", "", 0) if name in self.mapping.words else words.line_of(name) or ("", "", 0)
        kind = self.mapping.words.get(name, kind)
        given = words.period_of(self.text(texts, "period"))
        if given is None:
            raise Fault(
                problem(Code.PERIOD_WORD, row=row, field=self.named("period"), value=self.text(texts, "period"))
            )
        step = words.tier_of(self.text(texts, "tier"))
        if step is None:
            raise Fault(problem(Code.NUMBER, row=row, field=self.named("tier"), value=self.text(texts, "tier")))
        return name, kind, given or period, step or tier

    def period_wh(self, texts: Sequence[str], row: int) -> tuple[int, ...] | None:
        """Energy per period in the order of PERIODS, where a table of bills gives it."""
        found = [0] * len(PERIODS)
        any_given = False
        for (kind, period, tier, _), part in self.parts.items():
            if kind == "energy" and period and not tier and "quantity" in part:
                value = self.quantity(texts, row, part["quantity"], kind)
                found[PERIODS.index(period)] = value or 0
                any_given = any_given or value is not None
        return tuple(found) if any_given else None

    def _value(self, texts: Sequence[str], row: int, place: int | None, read: Callable[[str], int]) -> int | None:
        if place is None or texts[place] in NULLS:
            return None
        try:
            return read(texts[place])
        except ValueFault as fault:
            code = Code.AMOUNT_DECIMALS if fault.digits else Code.AMOUNT
            raise Fault(problem(code, row=row, field=self.header[place], value=texts[place])) from fault
