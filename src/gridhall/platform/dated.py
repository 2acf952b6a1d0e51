"""Effective dating: a fact holds on ``[valid_from, valid_to)``; an open end means until further notice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, Q

from gridhall.platform.scope import ScopedQuerySet

ModelT = TypeVar("ModelT", bound=models.Model, covariant=True)


class DatedQuerySet(ScopedQuerySet[ModelT]):
    """Rows by the day or the period on which they hold."""

    def on(self, day: date) -> DatedQuerySet[ModelT]:
        return self.overlapping(day, day + timedelta(days=1))

    def overlapping(self, first: date, end: date) -> DatedQuerySet[ModelT]:
        """Rows that hold on some day of ``[first, end)``."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=first), valid_from__lt=end)


DatedManager = models.Manager.from_queryset(DatedQuerySet)


class Dated(models.Model):
    """``valid_from`` inclusive, ``valid_to`` exclusive. A change ends one row and starts the next."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = DatedManager()

    class Meta:
        abstract = True
        constraints: list[Any] = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="%(app_label)s_%(class)s_dates",
            )
        ]
