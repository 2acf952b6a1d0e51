"""The names of dunning stages; a stage that a utility added stands by its code."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "reminder": _("Reminder"),
    "urgent": _("Second reminder"),
    "call": _("Telephone call"),
    "letter": _("Letter before further steps"),
    "visit": _("Visit"),
}


def stage_words(code: str) -> str:
    """What a stage is called."""
    return str(WORDS.get(code, code))
