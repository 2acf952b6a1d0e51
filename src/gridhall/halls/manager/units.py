"""Where in the organisation a manager looks: a unit within the scope, what is above it and what below."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gridhall.platform.errors import NotInScope
from gridhall.platform.models import OrgUnit
from gridhall.platform.scope import Scope, path_range


@dataclass(frozen=True)
class Place:
    """``above`` runs from the highest unit the reader may see down to the parent."""

    unit: OrgUnit
    above: list[OrgUnit]
    below: list[OrgUnit]

    @property
    def scope(self) -> Scope:
        """The unit and everything under it."""
        return Scope(prefixes=(self.unit.path,))


def top(scope: Scope) -> OrgUnit:
    """The highest unit in scope. Raises NotInScope for somebody without any."""
    unit = OrgUnit.objects.within(scope).order_by("path").first()
    if unit is None:
        raise NotInScope()
    return unit


def place(scope: Scope, public_id: UUID | None = None) -> Place:
    """The unit asked for, or the reader's highest. Raises NotInScope for a unit of others."""
    units = OrgUnit.objects.within(scope)
    unit = units.filter(public_id=public_id).first() if public_id else top(scope)
    if unit is None:
        raise NotInScope()
    steps = unit.path.rstrip("/").split("/")
    paths = ["/".join(steps[: count + 1]) + "/" for count in range(len(steps) - 1)]
    above = list(units.filter(path__in=paths).order_by("path"))
    below = list(units.filter(path_range("path", unit.path), parent_id=unit.pk).order_by("path"))
    return Place(unit, above, below)
