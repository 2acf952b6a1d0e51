"""Organisation scope: who may see which rows.

Every scoped row holds its unit's path, such as ``32/04/17/``. A scope is a set of path prefixes (staff)
or of account ids (customers). Ranges, not LIKE, so that both databases search the index.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q


class PathField(models.CharField):
    """An organisation path; compared byte by byte on PostgreSQL so that a prefix is a range."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


@dataclass(frozen=True)
class Scope:
    """Path prefixes an actor may see; ``everything`` is for the system itself and its jobs."""

    prefixes: tuple[str, ...] = ()
    accounts: frozenset[int] = field(default_factory=frozenset)
    everything: bool = False

    def covers(self, path: str, account_id: int | None = None) -> bool:
        if self.everything or any(path.startswith(prefix) for prefix in self.prefixes):
            return True
        return account_id is not None and account_id in self.accounts


EVERYTHING = Scope(everything=True)
NOTHING = Scope()


def path_range(column: str, prefix: str) -> Q:
    """Rows whose path starts with ``prefix`` (which ends in ``/``), as an index range."""
    upper = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return Q(**{f"{column}__gte": prefix, f"{column}__lt": upper})


ModelT = TypeVar("ModelT", bound=models.Model, covariant=True)


class ScopedQuerySet(models.QuerySet[ModelT]):
    """``path_column`` and ``account_column`` say where a model keeps what a scope is matched against."""

    def within(self, scope: Scope) -> ScopedQuerySet[ModelT]:
        if scope.everything:
            return self
        condition = Q(pk__in=[])
        for prefix in scope.prefixes:
            condition |= path_range(getattr(self.model, "PATH_COLUMN", "path"), prefix)
        account_column = getattr(self.model, "ACCOUNT_COLUMN", None)
        if scope.accounts and account_column:
            condition |= Q(**{f"{account_column}__in": scope.accounts})
        return self.filter(condition)


ScopedManager = models.Manager.from_queryset(ScopedQuerySet)
