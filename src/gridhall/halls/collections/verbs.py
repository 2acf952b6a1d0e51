"""What can be done with a row: each verb with its form, offered to whom the policy allows it, sent to its action."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.page import PageRequest
from gridhall.platform import policy
from gridhall.platform.actor import Actor
from gridhall.platform.errors import NotAllowed, Refused
from gridhall.platform.tags import Tag

Do = Callable[[Actor, dict[str, Any], str], Any]


@dataclass(frozen=True)
class Verb:
    """``do(actor, cleaned data, key)`` is called for a valid form; ``said`` is the message afterwards."""

    name: str
    label: str | Promise
    tag: Tag
    do: Do
    said: str | Promise
    form: type[KeyedForm] = KeyedForm
    initial: dict[str, Any] = field(default_factory=dict)
    danger: bool = False


@dataclass(frozen=True)
class Offered:
    """A verb with the form that is shown."""

    verb: Verb
    form: KeyedForm

    @property
    def fields(self) -> bool:
        """Whether there is anything to fill in beside the key."""
        return bool(self.form.visible_fields())


@dataclass(frozen=True)
class Answer:
    """What to show: the forms with their errors, or where to go because something was done."""

    offered: list[Offered]
    status: int = 200
    gone: HttpResponse | None = None


def answer(request: PageRequest, verbs: Sequence[Verb]) -> Answer:
    """The verbs that the reader may use; the one that was sent is done, and the page is opened again."""
    allowed = [verb for verb in verbs if policy.may(request.actor, verb.tag)]
    asked = request.POST.get("verb", "") if request.method == "POST" else ""
    offered, status, gone = [], 200, None
    if asked and asked not in {verb.name for verb in allowed}:
        if asked in {verb.name for verb in verbs}:
            raise NotAllowed()
        raise Refused(_("That is not possible any more; look at the page again."))
    for verb in allowed:
        form = verb.form(
            request.POST if verb.name == asked else None, auto_id=f"id_{verb.name}_%s", initial=dict(verb.initial)
        )
        if verb.name == asked:
            status, gone = _done(request, verb, form)
        offered.append(Offered(verb, form))
    return Answer(offered, status, gone)


def _done(request: PageRequest, verb: Verb, form: KeyedForm) -> tuple[int, HttpResponse | None]:
    if not form.is_valid():
        return 422, None
    data = form.cleaned_data
    row, status = attempt(form, lambda: verb.do(request.actor, data, str(data["key"])))
    if row is None:
        return status, None
    messages.success(request, str(verb.said))
    return status, redirect(request.path)
