"""Plans by name, and the supplies that they are chosen for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gridhall.cis.advice import queries
from gridhall.cis.advice.plans import Catalogue, Charging, Plan
from gridhall.cis.customers.models import Account
from gridhall.halls import formats
from gridhall.platform.scope import Scope


@dataclass(frozen=True)
class SupplyLink:
    """One of several supplies of an account, by its number from 1."""

    number: int
    agreement_id: int
    code: str
    plan: str
    shown: bool


def supplies(
    scope: Scope, account: Account, on: date, asked: Mapping[str, Any], catalogue: Catalogue
) -> tuple[list[SupplyLink], int]:
    """Every supply of an account, and the key of the agreement that ``?supply=`` names; else of the first."""
    held = queries.supplies_of(scope, account.pk, on)
    wanted = str(asked.get("supply", ""))
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(held) else 1
    links = [
        SupplyLink(
            n,
            one.pk,
            one.service_point.point.code,
            plan_name(Plan(one.tariff_code, one.charging), catalogue),
            n == number,
        )
        for n, one in enumerate(held, 1)
    ]
    return links, next((one.agreement_id for one in links if one.shown), 0)


def plan_name(plan: Plan, catalogue: Catalogue) -> str:
    """A plan in the reader's language, with the way of charging capacity where it has one."""
    version = catalogue.version(plan.code)
    name = plan.code if version is None else version.name.zh if formats.chinese() else version.name.en
    if plan.charging == Charging.NONE:
        return name
    return _("%(tariff)s, %(way)s") % {"tariff": name, "way": str(Charging(plan.charging).label).lower()}
