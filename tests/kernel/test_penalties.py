"""Late penalties beyond the table of bills: rules that change, a minimum, days without rules."""

from datetime import date

import msgspec
import pytest

from gridhall.kernel import shipped
from gridhall.kernel.penalties import load_rules, penalty_bands, penalty_fen

RULES = """
code: test
notice: a notice
evidence: C
valid_from: {valid_from}
rates:
  residential: {{same_year: "{rate}", later_years: "{rate}"}}
  other: {{same_year: "{rate}", later_years: "{rate}"}}
"""
OLD = load_rules(RULES.format(valid_from="2020-01-01", rate="0.001"))
NEW = load_rules(RULES.format(valid_from="2026-03-01", rate="0.002"))


def test_a_change_of_rules_inside_the_delay_splits_the_days() -> None:
    bands = penalty_bands(10_000, date(2026, 2, 26), date(2026, 3, 3), "other", [OLD, NEW])
    assert [(band.first_day, band.days, band.rate_e8, band.amount_fen) for band in bands] == [
        (date(2026, 2, 27), 2, 100_000, 20),
        (date(2026, 3, 1), 3, 200_000, 60),
    ]


def test_a_minimum_lifts_a_small_penalty_but_not_one_that_is_not_due() -> None:
    rules = [msgspec.structs.replace(NEW, minimum_fen=100)]
    assert penalty_fen(1_000, date(2026, 4, 1), date(2026, 4, 2), "other", rules) == 100
    assert penalty_fen(1_000_000, date(2026, 4, 1), date(2026, 4, 2), "other", rules) == 2_000
    assert penalty_fen(1_000, date(2026, 4, 1), date(2026, 4, 1), "other", rules) == 0


def test_days_before_all_rules_are_refused() -> None:
    with pytest.raises(ValueError, match="no penalty rules in force on 2019-01-02"):
        penalty_fen(1_000, date(2019, 1, 1), date(2019, 1, 5), "other", [OLD, NEW])


def test_the_shipped_rules_follow_each_other_and_carry_their_evidence() -> None:
    rules = shipped.penalty_rules()
    assert [rule.valid_from for rule in rules] == [date(1996, 10, 8), date(2024, 6, 1)]
    assert {rule.evidence for rule in rules} == {"M"}
    assert {rule.minimum_fen for rule in rules} == {0, 100}
