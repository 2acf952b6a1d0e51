"""Verbs of the tariff studio."""

from gridhall.cis.studio.actions.drafts import comment, create, discard, publish, revise, submit
from gridhall.cis.studio.actions.tables import compare, confirm, discard_table, import_table, map_row, submit_table

__all__ = [
    "comment",
    "compare",
    "confirm",
    "create",
    "discard",
    "discard_table",
    "import_table",
    "map_row",
    "publish",
    "revise",
    "submit",
    "submit_table",
]
