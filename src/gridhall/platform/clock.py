"""What time it is for an action: now, or, while a demonstration is being built, a moment of its past."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.conf import settings
from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The present, unless ``set_to`` holds."""
    return _moment.get() or timezone.now()


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Let actions happen at ``moment``. In demonstrations only: elsewhere nobody writes the past."""
    if not settings.DEMO:
        raise RuntimeError("only a demonstration (GRIDHALL_DEMO=1) may act in the past")
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
