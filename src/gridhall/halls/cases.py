"""A case as every hall shows it: what it is, each step with its clause, and what is still open."""

from __future__ import annotations

from typing import Any

from gridhall.cis.cases import queries
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.terms import calculation_of
from gridhall.cis.cases.wording import CASE_KINDS, PARTS, step_views


def shown(case: Case) -> dict[str, Any]:
    """What ``halls/_case_steps.html`` needs of a kept case."""
    calculation = calculation_of(case.calculation)
    return {
        "case": case, "kind": CASE_KINDS[case.kind], "calculation": calculation,
        "steps": step_views(calculation) if calculation else [], "parts": PARTS, "bills": queries.bills_of(case),
        "open_fen": queries.open_fen(case), "settled": queries.is_settled(case),
    }  # fmt: skip
