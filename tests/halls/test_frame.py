"""What every page shares: guards, refusals, headers, the frame itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django_htmx.middleware import HtmxDetails

import gridhall.halls
from gridhall.halls.page import page
from gridhall.halls.pages import faults
from gridhall.platform import policy
from gridhall.platform.actor import ANONYMOUS, Actor
from gridhall.platform.errors import NotAllowed, NotInScope, Refused

HALLS = Path(gridhall.halls.__file__).parent
TEMPLATES = sorted(HALLS.glob("**/templates/**/*.html"))


def patterns(under: list | None = None) -> Iterator[URLPattern]:
    """Every address of the product."""
    for entry in get_resolver().url_patterns if under is None else under:
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns)
        else:
            yield entry


def test_every_address_is_a_page_that_policy_names() -> None:
    found = list(patterns())
    assert len(found) > 15
    wrong = [entry.name for entry in found if getattr(entry.callback, "page_name", None) != entry.name]
    assert not wrong, f"the page name differs from the URL name, or @page is missing: {wrong}"
    assert not {entry.name for entry in found} - set(policy.matrix()["pages"]), "pages that policy.yaml does not name"


def test_policy_names_no_page_that_does_not_exist() -> None:
    assert not set(policy.matrix()["pages"]) - {entry.name for entry in patterns()}


def test_policy_names_only_known_roles() -> None:
    roles = set(policy.matrix()["roles"]) | {"anyone"}
    for name, allowed in policy.matrix()["pages"].items():
        assert set(allowed) <= roles, name


def test_no_address_carries_a_number_name_or_database_id() -> None:
    """Public ids are UUIDs; the only integers are positions inside an object that a UUID names.

    A calendar is opened by the code that is printed in the law's data and belongs to nobody.
    """
    for entry in patterns():
        for kind, name in re.findall(r"<(\w+):(\w+)>", str(entry.pattern)):
            assert kind in {"uuid", "day", "int"} or (kind, str(entry.name)) == ("slug", "office-calendar"), entry
            assert kind != "int" or name in {"seq", "month", "row"}, entry


# --- the guard ---------------------------------------------------------------------------------------------------

CUSTOMER = Actor("li", "customer", frozenset({"customer"}))


def ask(view, actor: Actor = CUSTOMER, method: str = "get", htmx: bool = False) -> HttpResponse:
    request = getattr(RequestFactory(), method)("/my/", headers={"HX-Request": "true"} if htmx else {})
    request.actor, request.htmx = actor, HtmxDetails(request)
    return view(request)


def answering(result: HttpResponse | Exception):
    @page("customer-home")
    def view(request) -> HttpResponse:
        if isinstance(result, Exception):
            raise result
        return result

    return view


FINE = answering(HttpResponse("fine"))


def test_the_role_that_policy_names_opens_the_page() -> None:
    assert ask(FINE).content == b"fine"


def test_nobody_is_sent_to_the_sign_in_page() -> None:
    assert ask(FINE, ANONYMOUS).headers["Location"] == "/sign-in/?next=/my/"
    assert ask(FINE, ANONYMOUS, htmx=True).headers["HX-Redirect"] == "/sign-in/"


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(set(policy.matrix()["roles"]) - {"anonymous", "customer"}))
def test_every_other_role_is_told_no(role: str) -> None:
    assert ask(FINE, Actor("x", "staff", frozenset({role}))).status_code == 403


def test_a_page_takes_only_its_methods() -> None:
    assert ask(FINE, method="post").status_code == 405
    assert ask(FINE, method="head").status_code == 200


@pytest.mark.django_db
def test_a_refusal_becomes_a_page_with_its_status_and_words() -> None:
    response = ask(answering(Refused("The till is closed <b>.")))
    assert response.status_code == 422
    assert b"The till is closed &lt;b&gt;." in response.content
    assert b"<html" in response.content


@pytest.mark.django_db
def test_htmx_gets_the_refusal_alone_and_where_to_put_it() -> None:
    response = ask(answering(Refused("The till is closed.")), htmx=True)
    assert response.status_code == 422
    assert response.headers["HX-Retarget"] == "#refusal"
    assert b"<html" not in response.content


@pytest.mark.django_db
def test_a_refused_role_learns_nothing_of_the_verb() -> None:
    response = ask(answering(NotAllowed("Wu may not bill-run:release")))
    assert response.status_code == 403
    assert b"bill-run" not in response.content


def test_what_is_out_of_scope_does_not_exist() -> None:
    with pytest.raises(Http404):
        ask(answering(NotInScope()))


# --- faults ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_missing_page_is_said_in_the_reader_s_language() -> None:
    for language, words in (("en", "There is no such page"), ("zh-CN", "没有这个页面")):
        response = Client(headers={"accept-language": language}).get("/nowhere/")
        assert response.status_code == 404
        assert words in response.content.decode()


@pytest.mark.django_db
def test_a_fault_shows_a_number_and_no_trace(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("gridhall.halls.pages.sign_in.demo_logins", broken)
    response = Client(raise_request_exception=False).get("/sign-in/")
    shown = response.content.decode()
    assert response.status_code == 500
    assert "secret detail" not in shown and "Traceback" not in shown
    (number,) = set(re.findall(r"<strong>([0-9a-f]{8})</strong>", shown))
    assert any(number in record.getMessage() for record in caplog.records)
    assert "Something went wrong on our side" in shown and "系统出错了" in shown


def test_a_fault_page_needs_neither_session_nor_database() -> None:
    assert faults.fault(RequestFactory().get("/")).status_code == 500


# --- headers and templates ---------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/sign-in/", "/nowhere/", "/my/", "/static/halls/hall.css"])
def test_every_answer_has_the_security_headers(address: str) -> None:
    headers = Client().get(address).headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    if not address.startswith("/static/"):
        assert headers["Cache-Control"] == "no-store"


def test_no_template_needs_what_the_policy_forbids() -> None:
    assert len(TEMPLATES) > 20
    forbidden = re.compile(r"\sstyle\s*=|\son\w+\s*=|hx-on|javascript:|<style|<script(?![^>]*\ssrc=)", re.IGNORECASE)
    found = [
        f"{path.name}:{number} {line.strip()[:80]}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if forbidden.search(re.sub(r"{[%{].*?[%}]}", "", line))
    ]
    assert not found, "\n".join(found)


@pytest.mark.django_db
def test_htmx_is_told_to_keep_no_history_and_evaluate_nothing() -> None:
    body = Client().get("/sign-in/").content.decode()
    assert '"allowEval":false' in body and '"historyCacheSize":0' in body and '"includeIndicatorStyles":false' in body


@pytest.mark.django_db
def test_help_stands_in_the_same_place_on_every_page() -> None:
    places = [
        Client().get(address).content.decode().index('href="tel:95598"') for address in ("/sign-in/", "/nowhere/")
    ]
    heads = [
        Client().get(address).content.decode()[:place].count("<a ")
        for address, place in zip(("/sign-in/", "/nowhere/"), places, strict=True)
    ]
    assert heads[0] == heads[1]
