"""How long a session lives: idle time by kind of person, and an absolute end."""

from __future__ import annotations

import time

from django.contrib.auth import logout
from django.http import HttpRequest

from gridhall.platform.limits import CUSTOMER_IDLE, SESSION_MAX, SESSION_TOUCH, STAFF_IDLE
from gridhall.platform.models import Staff, User

STARTED, SEEN, IDLE = "started", "seen", "idle"


def begin(request: HttpRequest, user: User) -> None:
    """Start the clocks of a session that has just signed in."""
    idle = STAFF_IDLE if Staff.objects.filter(user=user).exists() else CUSTOMER_IDLE
    now = int(time.time())
    request.session[STARTED] = request.session[SEEN] = now
    request.session[IDLE] = int(idle.total_seconds())


def end_if_over(request: HttpRequest) -> None:
    """Sign out a session that was idle too long or is too old; otherwise note the visit, once a minute."""
    if not request.user.is_authenticated:
        return
    now = int(time.time())
    # A session without clocks was made elsewhere (the test client): it begins now and is held to the stricter rule.
    started = request.session.setdefault(STARTED, now)
    seen = request.session.setdefault(SEEN, now)
    idle = request.session.setdefault(IDLE, int(STAFF_IDLE.total_seconds()))
    if now - seen > idle or now - started > SESSION_MAX.total_seconds():
        logout(request)
    elif now - seen >= SESSION_TOUCH.total_seconds():
        request.session[SEEN] = now
