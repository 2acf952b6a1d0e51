"""Who acts: a member of staff, a customer, a job or the system."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from gridhall.platform.errors import NotAllowed
from gridhall.platform.scope import EVERYTHING, NOTHING, Scope


@dataclass(frozen=True)
class Actor:
    """``roles`` are names of ``policy.yaml``; ``scope`` is what the actor may see and touch."""

    name: str
    kind: Literal["staff", "customer", "system", "anonymous"]
    roles: frozenset[str] = field(default_factory=frozenset)
    scope: Scope = NOTHING
    user_id: int | None = None
    address: str = ""


def home(actor: Actor) -> str:
    """The unit that what an actor begins belongs to: that of the actor's role. NotAllowed where there is none."""
    if actor.scope.everything:
        return ""
    if not actor.scope.prefixes:
        raise NotAllowed()
    return actor.scope.prefixes[0]


def system(name: str = "system") -> Actor:
    """The product itself: jobs, the command line on the server, the demo builder."""
    return Actor(name=name, kind="system", scope=EVERYTHING)


ANONYMOUS = Actor(name="anonymous", kind="anonymous", roles=frozenset({"anonymous"}))
