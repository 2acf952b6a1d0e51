"""The published rates of the sample, each priced by both: what is accepted, refused, and what differs and why.

`python -m tests.kernel.structures.published FOLDER` prints the table of docs/developer/world-rates.md.
"""

import copy
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gridhall.kernel.structures import Structure, rate_year
from gridhall.kernel.structures.urdb import read
from tests.kernel.structures import judge
from tests.kernel.structures.examples import HOME, SHOP, year


@dataclass
class Compared:
    """One rate: differences in cents, of a month and of the year, over both loads."""

    utility: str
    name: str
    structure: Structure | None
    reasons: list[str] = field(default_factory=list)
    month_cents: float = 0.0
    year_cents: float = 0.0
    because: str = ""

    @property
    def differs(self) -> bool:
        return self.month_cents > 1 or self.year_cents > 1


def differences(folder: Path) -> list[Compared]:
    """Every file of the folder, by utility and name."""
    found = []
    for path in sorted(folder.glob("*.json")):
        record = json.loads(path.read_bytes())
        result = read(path.read_bytes())[0]
        one = Compared(
            result.structure.utility if result.structure else record.get("utility", ""), result.name, result.structure
        )
        one.reasons = result.reasons
        if result.structure is not None:
            _compare(one, record)
        found.append(one)
    return sorted(found, key=lambda one: (one.utility, one.name))


def _compare(one: Compared, record: dict[str, Any]) -> None:
    """As published; where that differs, once more with PySAM told what its converter leaves out."""
    try:
        _measure(one, judge.rates_of(record))
    except KeyError:
        one.month_cents = one.year_cents = np.inf
    if not one.differs:
        return
    amended, because = copy.deepcopy(record), []
    for name in ("energyratestructure", "demandratestructure", "flatdemandstructure"):
        for entry in (entry for tiers in amended.get(name, []) for entry in tiers if "rate" not in entry):
            entry["rate"] = 0
            because.append("a tier without `rate`, which the converter cannot read, is 0")
    rates = judge.rates_of(amended)
    if "fixedmonthlycharge" in amended:
        rates["ur_monthly_fixed_charge"] = rates.get("ur_monthly_fixed_charge", 0) + amended["fixedmonthlycharge"]
        because.append("`fixedmonthlycharge` is not read by the converter")
    daily = amended.get("fixedchargeunits") == "$/day"
    if daily:
        rates["ur_monthly_fixed_charge"] = 0
        because.append("a charge per day is spread evenly over the months by the converter; the year is the same")
    second = Compared(one.utility, one.name, one.structure)
    _measure(second, rates, without_fixed=daily)
    if not second.differs:
        one.because = "; ".join(dict.fromkeys(because))


def _measure(one: Compared, rates: dict[str, Any], without_fixed: bool = False) -> None:
    for load in (SHOP, HOME):
        ours, theirs = rate_year(one.structure, judge.YEAR, year(load)), judge.bills(rates, load)
        fixed = ours.fixed_e11[0] / 1e9 if without_fixed else np.zeros(12)
        months = ours.total_cents[0] - fixed - 100 * theirs["total"]
        one.month_cents = max(one.month_cents, float(np.abs(months).max()))
        year_cents = ours.year_cents[0] - fixed.sum() - 100 * theirs["total"].sum()
        one.year_cents = max(one.year_cents, float(abs(year_cents)))


def table(found: list[Compared]) -> str:
    """Markdown."""
    rows = ["| utility | rate | outcome | note |", "|---|---|---|---|"]
    for one in found:
        outcome = "refused" if one.structure is None else "differs" if one.differs else "equal"
        note = "; ".join(one.reasons) or one.because
        rows.append("| " + " | ".join(text.replace("|", "/") for text in (one.utility, one.name, outcome, note)) + " |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table(differences(Path(sys.argv[1]))))
