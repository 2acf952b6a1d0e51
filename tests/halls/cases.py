"""A case for pages to show: small, and decided by two people."""

from __future__ import annotations

from datetime import date

from gridhall.cis.cases.actions import Facts, calculate_case, confirm_case, open_case
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.terms import Terms
from gridhall.platform.actor import system
from tests.cast import Cast


def posted_case(town: Cast, name: str = "Ms Li") -> Case:
    """Three fen of rounding, made by the system and confirmed by Checker He."""
    terms = Terms(reason="rounding", amount_fen=3)
    facts = Facts(date(2026, 11, 20), terms, note="rounding of October")
    made = open_case(system(), town.accounts[name].pk, "adjustment", facts)
    return confirm_case(town.actor("Checker He"), calculate_case(system(), made.pk).pk, 3)
