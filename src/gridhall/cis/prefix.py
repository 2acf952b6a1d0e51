"""Rows whose column starts with a text, as an index search on both databases."""

from django.db import connection
from django.db.models import Q


def starting_with(column: str, text: str) -> Q:
    """A range on SQLite, whose LIKE ignores case and so the index; PostgreSQL keeps a pattern index for LIKE."""
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": text, f"{column}__lt": text + "\U0010ffff"})
    return Q(**{f"{column}__startswith": text})
