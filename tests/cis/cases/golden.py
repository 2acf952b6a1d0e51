"""Cases as text that a clerk can read: see tests/bills/breach-and-back-bills.cases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gridhall.cis.cases.terms import Calculation, MonthEnergy, Step, Terms
from gridhall.kernel.money import format_scaled, format_yuan, parse_decimal

FILE = Path(__file__).parents[2] / "bills" / "breach-and-back-bills.cases"
DECIMALS = {"kWh": 3, "kVA": 6}


@dataclass(frozen=True)
class Golden:
    title: str
    kind: str
    account: str
    found_on: date
    terms: Terms
    expected: list[str]


def read() -> list[Golden]:
    blocks = re.split(r"^(?=case )", FILE.read_text(), flags=re.MULTILINE)
    return [_golden(block) for block in blocks if block.startswith("case ")]


def shown(calculation: Calculation) -> list[str]:
    """Steps in the words of the file."""
    recovered, charge = calculation.recovered_fen, calculation.charge_fen
    total = f"total {format_yuan(recovered)} + {format_yuan(charge)} = {format_yuan(recovered + charge)}"
    return [*map(_shown, calculation.steps), total]


def _shown(step: Step) -> str:
    parts = [step.what]
    parts += [str(step.first), str(step.end)] if step.first else []
    if step.quantity:
        parts.append(f"{format_scaled(step.quantity, DECIMALS[step.unit], decimals=0)} {step.unit}")
    parts += [f"x {format_scaled(step.price_e8, 8, decimals=0)}"] if step.price_e8 else []
    return " ".join([*parts, format_yuan(step.amount_fen)])


def _golden(block: str) -> Golden:
    head, _, tail = block.partition("expect\n")
    facts = dict(re.split(r"\s+", line, maxsplit=1) for line in head.splitlines() if line.strip())
    expected = [
        " ".join(line.split()) for line in tail.splitlines() if line.strip() and not line.strip().startswith("#")
    ]
    return Golden(
        facts["case"], facts["kind"], facts["account"], date.fromisoformat(facts["found"]), _terms(facts), expected
    )


def _terms(facts: dict[str, str]) -> Terms:
    first, end = (date.fromisoformat(day) for day in facts["days"].split()) if "days" in facts else (None, None)
    months = ()
    if "energy" in facts:
        month, kwh = facts["energy"].split()
        wh = parse_decimal(kwh, 3, "energy")
        months = (MonthEnergy(month=int(month.replace("-", "")), period_wh=(wh, 0, 0, 0, 0, 0)),)
    method = "months" if months else "given" if "given" in facts else "capacity"
    return Terms(
        first=first, end=end, start_unknown="unknown" in facts, tariff=facts.get("tariff", ""), method=method,
        energy_wh=parse_decimal(facts.get("given", "0"), 3, "given"), months=months,
        kva_e6=parse_decimal(facts.get("kva", "0"), 6, "kva"), amps_e3=parse_decimal(facts.get("amps", "0"), 3, "amps"),
        volts=int(facts.get("volts", "0")), load=facts.get("load", "power"), times=int(facts.get("times", "1")),
    )  # fmt: skip
