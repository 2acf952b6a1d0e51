"""The one answer to "may this actor do X, or open page Y": ``policy.yaml`` is the matrix and its documentation."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any

import yaml

from gridhall.platform.actor import Actor
from gridhall.platform.errors import NotAllowed
from gridhall.platform.tags import Tag


@functools.cache
def matrix() -> dict[str, Any]:
    """``roles``: name → {zh, en}; ``actions``: tag → roles; ``pages``: url name → roles."""
    return yaml.safe_load((resources.files("gridhall.platform") / "policy.yaml").read_text(encoding="utf-8"))


def may(actor: Actor, tag: Tag) -> bool:
    """Whether any role of ``actor`` carries the verb. The system itself may do everything."""
    return actor.kind == "system" or not actor.roles.isdisjoint(matrix()["actions"].get(tag.value, ()))


def may_open(actor: Actor, page: str) -> bool:
    """Whether any role of ``actor`` opens the page with this URL name."""
    roles = matrix()["pages"].get(page, ())
    return "anyone" in roles or not actor.roles.isdisjoint(roles)


def require(actor: Actor, tag: Tag, *, nested: bool = False) -> None:
    """Refuse with NotAllowed. A nested action was decided by the outer one."""
    if not nested and not may(actor, tag):
        raise NotAllowed(f"{actor.name} may not {tag.value}")
