"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from gridhall.halls.demo_logins import demo_logins
from gridhall.halls.forms import HallForm
from gridhall.halls.page import PageRequest, page
from gridhall.platform import sign_in
from gridhall.platform.demo_mode import DEMO_PASSWORD
from gridhall.platform.errors import Refused
from gridhall.platform.limits import PASSWORD_MAX, SIGN_IN_NAME_MAX
from gridhall.platform.web import language, sessions


class SignInForm(HallForm):
    username = forms.CharField(
        label=_("User name"),
        max_length=SIGN_IN_NAME_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=PASSWORD_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def safe_next(request: PageRequest) -> str:
    """The address to go on to, if it is one of ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else settings.LOGIN_REDIRECT_URL


@sensitive_post_parameters("password")
@page("sign-in", "GET", "POST")
def enter(request: PageRequest) -> HttpResponse:
    """Name and password; the answer to a failure never says which of the two was wrong."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(safe_next(request))
    form = SignInForm(_given(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            user = sign_in.check(request, form.cleaned_data["username"], form.cleaned_data["password"])
        except Refused as error:
            form.add_error(None, str(error))
            status = error.status
        else:
            login(request, user)  # makes a new session id
            sessions.begin(request, user)
            response = redirect(safe_next(request))
            language.at_sign_in(request, response, user)
            return response
    return render(request, "halls/sign_in.html", {"form": form, "next": safe_next(request), **_demo()}, status=status)


def _given(request: PageRequest) -> dict[str, str] | None:
    """What was typed, or in demo mode the person whose name was pressed."""
    if request.method != "POST":
        return None
    if settings.DEMO and "demo" in request.POST:
        return {"username": request.POST["demo"], "password": DEMO_PASSWORD}
    return request.POST.dict()


def _demo() -> dict[str, Any]:
    return {"logins": demo_logins(), "demo_password": DEMO_PASSWORD} if settings.DEMO else {}


@page("sign-out", "POST")
def leave(request: PageRequest) -> HttpResponse:
    """End the session and let the browser forget what it stored."""
    logout(request)
    response = redirect("sign-in")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
