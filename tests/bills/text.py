"""Bills as text a tariff clerk can read: parse, name and show.

A file holds one case, one or more bills, each:

    bill      who and what
    tariff    code and billing month, such as zhejiang-residential 2026-07
    use       2200 kWh            or  peak 120 kWh, valley 80 kWh
    ...       one fact a line, see _fact; then what stands between meter and bill, see between.py
    expect
      name    quantity unit x price    amount
      total                            amount

Without `of which` lines the parts of the energy charge are not compared.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from gridhall.kernel import shipped
from gridhall.kernel.oracle import Account, Line
from gridhall.kernel.registers import Register, Span, served_wh
from gridhall.kernel.tariffs import TariffVersion, load
from tests.bills import between

HERE = Path(__file__).parent
UNITS = {"capacity": "kVA", "demand": "kW", "power_factor": "yuan", "minimum": "yuan", "fixed": "month"}
LINE = re.compile(
    r"  (?P<name>\S+(?: \S+)*?)\s{2,}"
    r"(?:(?P<quantity>-?[\d.]+) (?P<unit>\w+)(?: x (?P<price>-?[\d.]+))?\s+)?(?P<amount>-?[\d.]+)"
)
READING = re.compile(r"(?:(\w+) )?([\d.]+) to ([\d.]+), (\d) \+ (\d) digits(?:, multiplier (\d+))?")


@dataclass(frozen=True)
class Bill:
    title: str
    version: TariffVersion
    month: int
    account: Account
    expected: list[str] = field(default_factory=list)


def read(path: Path) -> list[Bill]:
    blocks = re.split(r"^(?=bill )", path.read_text(), flags=re.MULTILINE)
    return [_bill(block) for block in blocks if block.startswith("bill ")]


def shown(lines: list[Line], *, parts: bool) -> list[str]:
    """Lines in the words of a bill file."""
    counted = [line for line in lines if parts or not line.included]
    total = sum((line.amount for line in lines if not line.included), Decimal("0.00"))
    return [*(_shown(line) for line in counted), f"total {total:.2f}"]


def _bill(block: str) -> Bill:
    head, _, tail = block.partition("expect\n")
    told = [tuple(re.split(r"\s+", line, maxsplit=1)) for line in head.splitlines() if line.strip()]
    facts = dict(told)
    code, month = facts["tariff"].split()
    year_month = date.fromisoformat(f"{month}-01")
    account = Account(month=year_month.month)
    for name, text in told:
        if name in between.NAMES:
            account = between.applied(name, text, account)
        elif name not in ("bill", "tariff"):
            account = replace(account, **_fact(name, text, account))
    expected = [_normal(line) for line in tail.splitlines() if line.strip()]
    return Bill(facts["bill"], _version(code, year_month), year_month.year * 100 + year_month.month, account, expected)


def _version(code: str, month: date) -> TariffVersion:
    own = HERE / "tariffs" / f"{code}.yaml"
    versions = [load(own.read_bytes())] if own.exists() else shipped.tariffs()[code]
    return next(v for v in versions if v.valid_from <= month and (v.valid_to is None or month < v.valid_to))


def _fact(name: str, text: str, account: Account) -> dict[str, object]:
    number = Decimal(text.split()[0]) if text[0].isdigit() else Decimal(0)
    match name:
        case "use":
            return {"period_kwh": dict(_use(part) for part in text.split(", "))}
        case "readings":
            period, kwh = _readings(text)
            return {"period_kwh": {**account.period_kwh, period: account.period_kwh.get(period, Decimal(0)) + kwh}}
        case "before":
            return {"tier_before_kwh": number}
        case "months":
            return {"tier_months": int(number)}
        case "persons":
            return {"persons": int(number)}
        case "low-income":
            return {"free_quota": True}
        case "pays-by":
            return {"charging": text}
        case "demand" | "contract":
            return {f"{name}_kw": number}
        case "capacity":
            return {"capacity_kva": number}
        case "reactive":
            return {"reactive_kvarh": number}
        case "standard":
            return {"power_factor_standard": int(number * 100)}
        case "days":
            return {"month_thirtieths": int(number)}
    raise ValueError(f"unknown fact {name!r}")


def _use(part: str) -> tuple[str, Decimal]:
    words = part.split()
    return (words[0], Decimal(words[1])) if len(words) == 3 else ("total", Decimal(words[0]))


def _readings(text: str) -> tuple[str, Decimal]:
    match = READING.fullmatch(text)
    if match is None:
        raise ValueError(f"not a reading: {text}")
    register = Register(digits=int(match[4]), decimals=int(match[5]), multiplier=int(match[6] or 1))
    counts = [int(Decimal(reading).scaleb(register.decimals)) for reading in (match[2], match[3])]
    energy_wh = served_wh([Span(register, *counts)], wh_max=10**12)
    return match[1] or "total", Decimal(energy_wh).scaleb(-3)


def _shown(line: Line) -> str:
    price = f" x {_plain(line.price)}" if line.price else ""
    return f"{_name(line)} {_plain(line.quantity)} {UNITS.get(line.kind, 'kWh')}{price} {line.amount:.2f}"


def _name(line: Line) -> str:
    match line.kind:
        case "energy" if line.tier:
            return f"tier {line.tier}"
        case "energy":
            return "energy" if line.period == "total" else str(line.period)
        case "tier":
            return f"uplift {line.tier}" + (f" {line.period}" if line.period else "")
        case "component":
            return f"of which {line.component}"
    return line.kind.replace("_", " ")


def _normal(text: str) -> str:
    match = LINE.fullmatch(text)
    if match is None:
        raise ValueError(f"not a bill line: {text!r}; write two spaces, a name, two spaces, quantity and amount")
    if match["quantity"] is None:
        return f"{match['name']} {Decimal(match['amount']):.2f}"
    price = f" x {_plain(Decimal(match['price']))}" if match["price"] else ""
    quantity = _plain(Decimal(match["quantity"]))
    return f"{match['name']} {quantity} {match['unit']}{price} {Decimal(match['amount']):.2f}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
