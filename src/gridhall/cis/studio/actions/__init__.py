"""Verbs of the tariff studio."""

from gridhall.cis.studio.actions.drafts import comment, create, discard, publish, revise, submit

__all__ = ["comment", "create", "discard", "publish", "revise", "submit"]
