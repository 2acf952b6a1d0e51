"""The log-ins of the demonstration city, as its sign-in page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from gridhall.cis.customers.models import AccountLogin
from gridhall.halls.formats import chinese
from gridhall.platform import policy
from gridhall.platform.models import Staff

SHOWN_MAX = 12  # of each kind: the demonstration has many customers, a visitor needs a few


@dataclass(frozen=True)
class DemoLogin:
    """``roles`` in words."""

    username: str
    person: str
    roles: str


def demo_logins() -> list[DemoLogin]:
    """Customers first, then staff. Call in demo mode only: it names people without a log-in."""
    return _customers() + _staff()


def _role(name: str) -> str:
    return policy.matrix()["roles"].get(name, {}).get("zh" if chinese() else "en", name)


def _customers() -> list[DemoLogin]:
    bound = AccountLogin.objects.select_related("user", "account__customer").order_by("user_id", "id")
    found: dict[str, DemoLogin] = {}
    for login in bound[: SHOWN_MAX * 2]:
        name = login.user.username
        found.setdefault(name, DemoLogin(name, login.account.customer.name, _role("customer")))
    return list(found.values())[:SHOWN_MAX]


def _staff() -> list[DemoLogin]:
    people = Staff.objects.select_related("user").prefetch_related("roles").order_by("user_id")[:SHOWN_MAX]
    separator = "、" if chinese() else ", "
    return [
        DemoLogin(
            person.user.username,
            person.name_zh if chinese() else person.name_en,
            separator.join(sorted({_role(held.role) for held in person.roles.all()})),
        )
        for person in people
    ]
