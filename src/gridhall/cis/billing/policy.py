"""When a bill is held for a person, as dated data."""

from __future__ import annotations

import functools
from datetime import date
from importlib import resources

import msgspec
import yaml


class BillingPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits of the checks a bill passes before release."""

    valid_from: date
    code: str
    high_use_percent: int
    high_use_floor_kwh: int
    estimated_percent_max: int
    zero_use: bool
    open_issues: bool
    self_use_export_kwh_max: int


@functools.cache
def _all() -> tuple[BillingPolicy, ...]:
    text = (resources.files("gridhall.data") / "billing_policy.yaml").read_text(encoding="utf-8")
    rows = msgspec.convert(yaml.safe_load(text), tuple[BillingPolicy, ...])
    return tuple(sorted(rows, key=lambda row: row.valid_from))


def in_force(on: date) -> BillingPolicy:
    """The policy that counts on a day."""
    return [row for row in _all() if row.valid_from <= on][-1]
