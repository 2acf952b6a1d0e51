"""The facts of a segment as rating wants them: from live rows, or from what a bill stored."""

from __future__ import annotations

import calendar
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from gridhall.cis.billing.measure import Measured
from gridhall.cis.billing.supply import Segment
from gridhall.kernel.rating import REAL_TIME_UNKNOWN, Determinants, split_thirtieths

# name in the stored inputs -> (attribute of Determinants, type)
FIELDS: dict[str, tuple[str, Any]] = {
    "period_wh": ("period_wh", np.int64),
    "tier_before_wh": ("tier_before_wh", np.int64),
    "tier_months": ("tier_months", np.int16),
    "persons": ("persons", np.int16),
    "free_quota": ("free_quota", np.bool_),
    "charging": ("charging", np.uint8),
    "demand_kw_e6": ("demand_kw_e6", np.int64),
    "contract_kw_e6": ("contract_kw_e6", np.int64),
    "capacity_kva_e6": ("capacity_kva_e6", np.int64),
    "reactive_varh": ("reactive_varh", np.int64),
    "power_factor_standard": ("power_factor_standard", np.int16),
    "month_thirtieths": ("month_thirtieths", np.int16),
}
REAL_TIME = "real_time_fen"  # stored only with segments whose version charges real-time prices


def facts_of(
    segments: Sequence[Segment], measured: Measured, tier_before_wh: np.ndarray, tier_months: np.ndarray
) -> dict[str, np.ndarray]:
    """One array per field, one row per segment."""
    return {
        "period_wh": measured.period_wh,
        "tier_before_wh": tier_before_wh,
        "tier_months": tier_months,
        "persons": np.array([s.persons for s in segments], np.int16),
        "free_quota": np.array([s.low_income for s in segments], np.bool_),
        "charging": np.array([s.charging for s in segments], np.uint8),
        "demand_kw_e6": measured.demand_kw_e6,
        "contract_kw_e6": np.array([s.contract_kw_e6 for s in segments], np.int64),
        "capacity_kva_e6": np.array([s.capacity_kva_e6 for s in segments], np.int64),
        "reactive_varh": measured.reactive_varh,
        "power_factor_standard": np.array([s.power_factor_standard for s in segments], np.int16),
        "month_thirtieths": _thirtieths(segments),
        REAL_TIME: measured.real_time_fen,
    }


def determinants_of(facts: dict[str, np.ndarray], rows: np.ndarray) -> Determinants:
    """The kernel's record of some rows of ``facts``."""
    columns = {attribute: facts[name][rows] for name, (attribute, _) in FIELDS.items()}
    return Determinants(**columns, real_time_fen=facts[REAL_TIME][rows])


def determinants_stored(rows: Sequence[dict[str, Any]]) -> Determinants:
    """The kernel's record of segments as a bill stored them."""
    columns = {attribute: np.array([row[name] for row in rows], kind) for name, (attribute, kind) in FIELDS.items()}
    return Determinants(
        **columns, real_time_fen=np.array([row.get(REAL_TIME, REAL_TIME_UNKNOWN) for row in rows], np.int64)
    )


def stored(inputs: str) -> list[dict[str, Any]]:
    """The segments of a bill's ``inputs``."""
    return list(json.loads(inputs))


def _thirtieths(segments: Sequence[Segment]) -> np.ndarray:
    """Thirtieths of the month of each segment; the segments of one agreement direction share the month."""
    result = np.full(len(segments), 30, np.int16)
    i = 0
    while i < len(segments):
        j = i
        while (
            j < len(segments)
            and segments[j].account_id == segments[i].account_id
            and segments[j].export == segments[i].export
            and (j == i or segments[j].first >= segments[j - 1].end)  # else another point, side by side
        ):
            j += 1
        days = [segment.days for segment in segments[i:j]]
        in_month = calendar.monthrange(segments[i].first.year, segments[i].first.month)[1]
        if days != [in_month]:
            result[i:j] = split_thirtieths(days, max(in_month, sum(days)))
        i = j
    return result
