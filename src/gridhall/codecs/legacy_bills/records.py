"""What a file of another system's bills holds, once it is read: exact integers, and every row that was not good."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from gridhall.codecs.errors import FileProblem

Layout = Literal["bills", "lines"]
PERIODS = ("total", "sharp", "peak", "flat", "valley", "deep")
KINDS = (
    "energy", "tier", "free_quota", "capacity", "demand", "power_factor", "fixed", "minimum", "feed_in", "component",
    "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LegacyLine:
    """One line as the other system names it. `quantity` is Wh, 1e-6 kW or 1e-6 kVA by its kind, None where not given.

    `price_e8` is 1e-8 yuan per kWh, kW or kVA; of a power-factor line its rate (1e8 = 100 %).
    """

    name: str
    kind: str
    period: str
    tier: int
    quantity: int | None
    price_e8: int | None
    amount_fen: int


@dataclass(frozen=True, slots=True)
class LegacyBill:
    """One bill: the row where it begins, its days `[first, end)`, and further facts such as multiplier and reads."""

    row: int
    account: str
    bill: str
    first: date | None
    end: date | None
    energy_wh: int | None
    period_wh: tuple[int, ...] | None  # in the order of PERIODS
    amount_fen: int
    lines: tuple[LegacyLine, ...]
    facts: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is in no bill, as it stood, with the reason; `account` where its column could be found."""

    row: int
    texts: list[str]
    problem: FileProblem
    account: str = ""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What each column of a file becomes; a target of "" leaves the column out. Kept by name and used again.

    Targets: the names of columns.yaml, `quantity|price|amount/KIND/PERIOD/TIER` for one line of a bill, and in files
    of lines `words` says what line names mean that nobody else knows.
    """

    layout: Layout
    targets: Mapping[str, str]  # header as it stands in the file → target
    words: Mapping[str, str] = field(default_factory=dict)
    end_included: bool = True  # `to` is the last day billed, as bills print it
    components_added: bool = False  # components are charges of their own, not of-which parts of the energy charge

    def to_json(self) -> dict[str, object]:
        return {
            "layout": self.layout, "targets": dict(self.targets), "words": dict(self.words),
            "end_included": self.end_included, "components_added": self.components_added,
        }  # fmt: skip

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> "ColumnMap":
        return cls(**stored)  # type: ignore[arg-type]
