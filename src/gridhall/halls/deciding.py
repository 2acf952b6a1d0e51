"""Forms that say why: every decision of staff carries a reason that stays with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gridhall.halls.forms import HallForm, KeyedForm
from gridhall.platform.errors import Refused

REASON_CHARACTERS_MAX = 200  # what an exception and an issue keep


class ReasonForm(KeyedForm):
    """A reason, and a key that makes pressing twice safe."""

    reason = forms.CharField(
        label=_("Reason"), min_length=3, max_length=REASON_CHARACTERS_MAX, help_text=_("It stays in the audit log.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = self.fields.pop("reason")  # the last question of every form


def attempt(form: HallForm, act: Callable[[], Any]) -> tuple[Any, int]:
    """The result of an action and 200, or None and the refusal's status with its words on the form.

    What lies outside the scope stays not found.
    """
    try:
        return act(), 200
    except Refused as error:
        if error.status == 404:
            raise
        form.add_error(None, str(error))
        return None, error.status
