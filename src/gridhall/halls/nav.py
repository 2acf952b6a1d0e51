"""Which pages each hall shows in its navigation. A reader sees only the pages that policy opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise

from gridhall.platform import policy
from gridhall.platform.actor import Actor


@dataclass(frozen=True)
class Item:
    """One entry: ``page`` is a URL name without arguments. ``also`` are pages that count as being inside it."""

    page: str
    label: str | Promise
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hall:
    """A hall and its pages in the order of the navigation. Its page names start with ``prefix``."""

    prefix: str
    name: str | Promise
    items: tuple[Item, ...]


def halls() -> tuple[Hall, ...]:
    """All halls, in the order in which a person with several roles is offered them."""
    from gridhall.halls.collections.nav import FIELD as field
    from gridhall.halls.collections.nav import HALL as collections
    from gridhall.halls.counter.nav import HALL as counter
    from gridhall.halls.customer.nav import HALL as customer
    from gridhall.halls.manager.nav import HALL as manager
    from gridhall.halls.office.nav import HALL as office

    return (customer, counter, office, collections, field, manager)


def open_halls(actor: Actor) -> Iterator[Hall]:
    """The halls of ``actor``, each with the items the actor may open."""
    for hall in halls():
        items = tuple(item for item in hall.items if policy.may_open(actor, item.page))
        if items:
            yield Hall(hall.prefix, hall.name, items)


def first_page(actor: Actor) -> str | None:
    """Where the home address leads: the first page of the first open hall."""
    return next((hall.items[0].page for hall in open_halls(actor)), None)
