"""The units that a reader may choose from."""

from __future__ import annotations

from gridhall.halls.formats import chinese
from gridhall.platform.models import OrgUnit
from gridhall.platform.scope import Scope

SHOWN_MAX = 1000


def unit_choices(scope: Scope, *, provinces: bool = False) -> list[tuple[str, str]]:
    """Path and name of the units from the city downwards, where points and accounts live; or from the province."""
    rows = OrgUnit.objects.within(scope).order_by("path")
    rows = (rows if provinces else rows.exclude(level=OrgUnit.Level.PROVINCE))[:SHOWN_MAX]
    return [(one.path, f"{one.path} {one.name_zh if chinese() else one.name_en}") for one in rows]
