"""Signing in: who came, who was refused, and who has to wait.

Failures are counted in the audit chain itself, so all processes share one count and no restart forgets it.
When the count cannot be read, the error propagates and nobody is let in.
"""

from __future__ import annotations

import hashlib

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.platform.actions import Act, action
from gridhall.platform.actor import ANONYMOUS, Actor
from gridhall.platform.errors import Refused
from gridhall.platform.limits import PASSWORD_MAX, SIGN_IN_FAILURES, SIGN_IN_NAME_MAX, SIGN_IN_WINDOW
from gridhall.platform.models import AuditEvent, User
from gridhall.platform.tags import Tag


class SignInRefused(Refused):
    """Wrong name or password: the message does not say which."""

    status = 403


class TooManyFailures(Refused):
    """The account or the address has to wait."""

    status = 429


@action(Tag.SIGN_IN)
def sign_in(act: Act, user: User) -> User:
    """Record that ``user`` came in."""
    act.subject = subject_of(user.username)
    return user


@action(Tag.SIGN_IN_REFUSED)
def refuse(act: Act, username: str, reason: str) -> None:
    """Record a refusal. The name is hashed: people type passwords into the name field."""
    prefix = "" if reason == "password" else "blocked-"
    act.subject = prefix + subject_of(username)
    act.note(reason=reason)


def subject_of(username: str) -> str:
    """The name under which tries for one log-in are counted."""
    return "sign-in:" + hashlib.sha256(username.strip().casefold().encode()).hexdigest()[:32]


def check(request: HttpRequest, username: str, password: str) -> User:
    """The user whose name and password these are. Raises SignInRefused or TooManyFailures, both recorded."""
    actor = Actor("anonymous", "anonymous", ANONYMOUS.roles, address=request.META.get("REMOTE_ADDR", ""))
    if must_wait(username, actor.address):
        refuse(actor, username, "too many failures")
        raise TooManyFailures(
            _("Too many failed tries. Wait %(minutes)s minutes, or call 95598.")
            % {"minutes": int(SIGN_IN_WINDOW.total_seconds() // 60)}
        )
    user = None
    if len(username) <= SIGN_IN_NAME_MAX and len(password) <= PASSWORD_MAX:
        user = authenticate(request, username=username, password=password)
    if user is None:
        refuse(actor, username, "password")
        raise SignInRefused(_("The name or the password is wrong."))
    assert isinstance(user, User)
    sign_in(actor, user)
    return user


def must_wait(username: str, address: str) -> bool:
    """Whether the log-in (since it last came in) or the address failed too often within the window."""
    recent = AuditEvent.objects.filter(at__gt=timezone.now() - SIGN_IN_WINDOW, path="")
    failed = recent.filter(tag=Tag.SIGN_IN_REFUSED.value, subject__startswith="sign-in:")
    if failed.filter(address=address)[:SIGN_IN_FAILURES].count() >= SIGN_IN_FAILURES:
        return True
    subject = subject_of(username)
    came_in = recent.filter(tag=Tag.SIGN_IN.value, subject=subject).order_by("-at").values_list("at", flat=True).first()
    own = failed.filter(subject=subject)
    if came_in is not None:
        own = own.filter(at__gt=came_in)
    return own[:SIGN_IN_FAILURES].count() >= SIGN_IN_FAILURES
