"""From the signed-in user to the actor that actions and queries know."""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from gridhall.platform.actor import ANONYMOUS, Actor
from gridhall.platform.models import Staff, StaffRole
from gridhall.platform.scope import Scope
from gridhall.platform.web import sessions


def actor_of(request: HttpRequest) -> Actor:
    """Staff see their units; a customer sees the accounts bound to the log-in."""
    user, address = request.user, request.META.get("REMOTE_ADDR", "")
    if not user.is_authenticated:
        return Actor("anonymous", "anonymous", ANONYMOUS.roles, ANONYMOUS.scope, None, address)
    held = list(StaffRole.objects.filter(staff__user=user).values_list("role", "unit__path", "staff__name_en"))
    if held:
        prefixes = tuple(sorted({path for _, path, _ in held}))
        return Actor(
            held[0][2], "staff", frozenset(role for role, _, _ in held), Scope(prefixes=prefixes), user.pk, address
        )
    if Staff.objects.filter(user=user).exists():
        return Actor(user.username, "staff", frozenset(), Scope(), user.pk, address)
    bound = apps.get_model("customers", "AccountLogin").objects.filter(user=user).values_list("account_id", flat=True)
    return Actor(user.username, "customer", frozenset({"customer"}), Scope(accounts=frozenset(bound)), user.pk, address)


class ActorMiddleware:
    """Puts ``request.actor`` in place, looked up only when a page asks for it; ends sessions whose time is over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/static/"):
            sessions.end_if_over(request)
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)
