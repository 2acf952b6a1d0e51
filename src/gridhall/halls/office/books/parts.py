"""Rows of the reports in words: units below, classes, groups of age, kinds of line and components."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gridhall.cis.books.aged import Aged
from gridhall.cis.books.rules import Ages
from gridhall.cis.network.models import ServicePointTerms
from gridhall.cis.tariffs.queries import component_name
from gridhall.halls import formats
from gridhall.platform.models import OrgUnit
from gridhall.platform.scope import Scope


@dataclass(frozen=True)
class Below:
    """The units directly below one, to which figures of units further down are added."""

    path: str
    names: dict[str, str]

    def of_path(self, path: str) -> str:
        """The child under which a unit lies; the unit itself where it has none."""
        steps = self.path.count("/") + 1
        child = "/".join(path.split("/")[:steps]) + "/"
        return child if child in self.names else self.path

    def of(self, row: Aged) -> str:
        return self.of_path(row.path)

    def name(self, path: str) -> str:
        return self.names.get(path, path)


def below(scope: Scope, path: str) -> Below:
    """The children of a unit with their names, and the unit itself."""
    rows = OrgUnit.objects.within(scope).filter(parent__path=path) | OrgUnit.objects.within(scope).filter(path=path)
    return Below(path, {row.path: row.name_zh if formats.chinese() else row.name_en for row in rows})


def class_words(code: str) -> str:
    """A class of use in words; bills of points without terms have none."""
    return str(dict(ServicePointTerms.UseClass.choices).get(code, _("Without a class")))


def age_words(ages: Ages, group: int) -> str:
    """A group of age as days after the due day."""
    first, last = ages.days(group)
    if first is None:
        return _("Not due")
    return (
        _("%(first)s–%(last)s days") % {"first": first, "last": last}
        if last
        else _("> %(days)s days") % {"days": first - 1}
    )


def kind_words(kind: str) -> str:
    """A kind of bill line."""
    return {
        "energy": _("Energy"), "tier": _("Tier surcharge"), "free_quota": _("Free quota"), "demand": _("Demand charge"),
        "capacity": _("Capacity charge"), "power_factor": _("Power-factor adjustment"), "fixed": _("Fixed charge"),
        "minimum": _("Minimum charge"),
    }.get(kind, kind)  # fmt: skip


def component_names(codes: Iterable[str]) -> dict[str, str]:
    """Components by code, as the newest tariff version that has them calls them."""
    found = {}
    for code in codes:
        name = component_name(code)
        found[code] = code if name is None else name.zh if formats.chinese() else name.en
    return found
