"""Who can sign in to a demonstration."""

from __future__ import annotations

from dataclasses import dataclass

from gridhall.cis.customers.models import AccountLogin
from gridhall.platform import policy
from gridhall.platform.models import Staff


@dataclass(frozen=True)
class Login:
    """A log-in and, in words, whose it is."""

    username: str
    what: str


def everybody() -> list[Login]:
    """Customers, then staff, in the order in which they were made."""
    bound = AccountLogin.objects.select_related("user", "account__customer").order_by("pk")
    found = [
        Login(row.user.username, f"customer {row.account.customer.name}, account {row.account.number}") for row in bound
    ]
    roles = policy.matrix()["roles"]
    for person in Staff.objects.select_related("user", "unit").prefetch_related("roles").order_by("pk"):
        held = ", ".join(sorted({roles[row.role]["en"] for row in person.roles.all()}))
        found.append(Login(person.user.username, f"{person.name_en}, {held}, {person.unit.name_en}"))
    return found
