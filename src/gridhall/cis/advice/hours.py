"""By which hours a billed row was cut, and by which another plan would cut it."""

from __future__ import annotations

import numpy as np

from gridhall.cis.advice.billed import Row
from gridhall.cis.billing.measure import INDUSTRIAL, MaskKey, masks
from gridhall.cis.network.models import ServicePointTerms
from gridhall.cis.tariffs.day_facts import Seen
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel.tariffs import TariffVersion


def mask_of(row: Row, version: TariffVersion) -> MaskKey:
    """What decides about the hours of a row under a version, as billing has it."""
    large = row.use_class == ServicePointTerms.UseClass.LARGE_INDUSTRY
    capacity_kva = row.stored["capacity_kva_e6"] // 1_000_000 if version.calendar else 0
    return version.calendar or "", version.tariff_class, large, row.use_class in INDUSTRIAL, capacity_kva


def same_hours(row: Row, mask: MaskKey, known: Seen, slots: int = 96) -> bool:
    """Whether a row was billed by these very hours, whatever the name of the calendar. ``known``: newest facts."""
    own = mask_of(row, parsed(row.stored["version"]))
    if own == mask:
        return True
    if not own[0] or not mask[0]:
        return False
    try:
        ours, theirs = (masks(one, *row.days, slots, seen_by(row, one, known)) for one in (own, mask))
    except ValueError:  # edges off the grid of these slots, or a calendar that did not hold then
        return False
    return all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def seen_by(row: Row, mask: MaskKey, known: Seen) -> Seen:
    """The bill's own calendar as the bill saw it and its days; another one by what is known now."""
    own = parsed(row.stored["version"]).calendar
    return Seen.of(row.stored) if own and own == mask[0] else known
