"""Signing in and out: limits, sessions, the audit chain, and the language of the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gridhall.platform import audit
from gridhall.platform.demo_mode import DEMO_PASSWORD
from gridhall.platform.limits import CUSTOMER_IDLE, SESSION_MAX, SIGN_IN_FAILURES, SIGN_IN_WINDOW, STAFF_IDLE
from gridhall.platform.models import AuditEvent, OrgUnit, Staff, StaffRole, User
from gridhall.platform.tags import Tag
from gridhall.platform.web import sessions

PASSWORD = "correct horse battery"


@pytest.fixture
def li(db: None) -> User:
    return User.objects.create_user("li", password=PASSWORD)


@pytest.fixture
def wu(db: None) -> User:
    """A member of staff with a role at a station."""
    unit = OrgUnit.objects.create(level="province", code="32", path="32/", name_zh="甲", name_en="A")
    user = User.objects.create_user("wu", password=PASSWORD)
    staff = Staff.objects.create(user=user, unit=unit, name_zh="吴", name_en="Wu")
    StaffRole.objects.create(staff=staff, role="clerk", unit=unit)
    return user


def enter(client: Client, name: str = "li", password: str = PASSWORD, **more: str):
    return client.post("/sign-in/", {"username": name, "password": password, **more})


def fail(client: Client, times: int, name: str = "li") -> None:
    for _ in range(times):
        assert enter(client, name, "wrong").status_code == 403


def tags() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("tag", flat=True))


def test_the_right_password_opens_the_hall_and_is_audited(li: User) -> None:
    client = Client()
    assert enter(client).headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(li.pk)
    assert tags() == [Tag.SIGN_IN.value]
    assert not list(audit.broken_links())


def test_a_failure_does_not_say_what_was_wrong(li: User) -> None:
    wrong_name, wrong_password = enter(Client(), "nobody"), enter(Client(), "li", "wrong")
    assert wrong_name.status_code == wrong_password.status_code == 403
    errors = [response.context["form"].non_field_errors() for response in (wrong_name, wrong_password)]
    assert errors[0] == errors[1] and errors[0]


def test_a_refusal_is_audited_without_the_name_that_was_typed(li: User) -> None:
    fail(Client(), 1, "my-secret-password-in-the-wrong-box")
    event = AuditEvent.objects.get()
    assert event.tag == Tag.SIGN_IN_REFUSED.value
    assert "my-secret" not in f"{event.subject}{event.detail}{event.actor}"


def test_after_six_failures_the_account_waits_even_with_the_right_password(li: User) -> None:
    for n in range(SIGN_IN_FAILURES):
        fail(Client(REMOTE_ADDR=f"10.1.0.{n}"), 1)
    response = enter(Client(REMOTE_ADDR="10.1.1.1"))
    assert response.status_code == 429
    assert "_auth_user_id" not in response.client.session


def test_after_six_failures_the_address_waits_for_every_account(li: User) -> None:
    client = Client(REMOTE_ADDR="10.2.0.1")
    for n in range(SIGN_IN_FAILURES):
        fail(client, 1, f"somebody-{n}")
    assert enter(client).status_code == 429
    assert enter(Client(REMOTE_ADDR="10.2.0.2")).status_code == 302


def test_spelling_the_name_differently_does_not_give_more_tries(li: User) -> None:
    for n, name in enumerate(("li", "LI", " li", "Li ", "lI", "li")):
        fail(Client(REMOTE_ADDR=f"10.3.0.{n}"), 1, name)
    assert enter(Client(REMOTE_ADDR="10.3.1.1")).status_code == 429


def test_coming_in_forgets_the_account_s_earlier_failures(li: User) -> None:
    for _ in range(3):
        for n in range(SIGN_IN_FAILURES - 1):
            fail(Client(REMOTE_ADDR=f"10.4.{_}.{n}"), 1)
        assert enter(Client(REMOTE_ADDR="10.4.9.9")).status_code == 302


def test_waiting_ends_with_the_window_and_is_not_prolonged_by_trying(li: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client, start = Client(), timezone.now()
    fail(client, SIGN_IN_FAILURES)
    for minutes in (5, 10, 14):
        monkeypatch.setattr(timezone, "now", lambda m=minutes: start + timedelta(minutes=m))
        assert enter(client).status_code == 429
    monkeypatch.setattr(timezone, "now", lambda: start + SIGN_IN_WINDOW + timedelta(seconds=30))
    assert enter(client).status_code == 302


def test_when_failures_cannot_be_counted_nobody_comes_in(li: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str, address: str) -> bool:
        raise OSError("the audit chain cannot be read")

    monkeypatch.setattr("gridhall.platform.sign_in.must_wait", broken)
    client = Client(raise_request_exception=False)
    assert enter(client).status_code == 500
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("name", "password"), [("x" * 200, PASSWORD), ("li", "x" * 300), ("", ""), ("li\x00", PASSWORD)]
)
def test_a_form_that_cannot_be_right_is_refused_without_a_look_up(li: User, name: str, password: str) -> None:
    response = enter(Client(), name, password)
    assert response.status_code == 200
    assert response.context["form"].errors


def test_a_new_session_id_is_made_at_sign_in(li: User) -> None:
    client = Client()
    session = client.session
    session["before"] = True
    session.save()
    old = session.session_key
    enter(client)
    assert client.session.session_key != old


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_sign_in_leads_nowhere_else(li: User, elsewhere: str) -> None:
    assert enter(Client(), next=elsewhere).headers["Location"] == "/"


def test_sign_in_leads_back_to_the_page_that_was_wanted(li: User) -> None:
    client = Client()
    wanted = client.get("/my/bills/?page=2").headers["Location"]
    assert wanted == "/sign-in/?next=/my/bills/%3Fpage%3D2"
    assert enter(client, next="/my/bills/?page=2").headers["Location"] == "/my/bills/?page=2"


def test_sign_out_ends_the_session_and_clears_the_browser(li: User) -> None:
    client = Client()
    enter(client)
    assert client.get("/sign-out/").status_code == 405
    response = client.post("/sign-out/")
    assert '"storage"' in response.headers["Clear-Site-Data"]
    assert client.get("/my/").headers["Location"].startswith("/sign-in/")


def test_a_form_from_elsewhere_is_refused_in_words(li: User) -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    response = enter(client)
    assert response.status_code == 403
    assert b"too old or came from another page" in response.content


# --- how long a session lives ------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch):
    """`clock(seconds)` moves the session's clock on."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(sessions.time, "time", lambda: now[0])

    def forward(by: timedelta) -> None:
        now[0] += by.total_seconds()

    return forward


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("who", "idle"), [("li", CUSTOMER_IDLE), ("wu", STAFF_IDLE)])
def test_an_idle_session_ends(li: User, wu: User, clock, who: str, idle: timedelta) -> None:
    client = Client()
    enter(client, who)
    clock(idle)
    client.get("/")
    assert "_auth_user_id" in client.session
    clock(idle + SECOND)
    assert client.get("/").headers["Location"].startswith("/sign-in/")


def test_a_busy_session_ends_after_eight_hours(li: User, clock) -> None:
    client = Client()
    enter(client)
    for _ in range(int(SESSION_MAX / (CUSTOMER_IDLE / 2))):
        clock(CUSTOMER_IDLE / 2)
        assert "_auth_user_id" in client.session
        client.get("/")
    clock(SECOND)
    assert client.get("/my/").headers["Location"].startswith("/sign-in/")


def test_reading_pages_writes_the_session_once_a_minute(li: User, clock, django_assert_num_queries) -> None:
    client = Client()
    enter(client)
    clock(timedelta(seconds=59))
    before = client.session[sessions.SEEN]
    client.get("/")
    assert client.session[sessions.SEEN] == before
    clock(timedelta(seconds=1))
    client.get("/")
    assert client.session[sessions.SEEN] == before + 60


# --- language and type -------------------------------------------------------------------------------------------


def test_the_language_follows_the_person_to_another_browser(li: User) -> None:
    client = Client()
    enter(client)
    client.post("/language/", {"language": "en", "next": "/my/"})
    li.refresh_from_db()
    assert li.language == "en"
    other = Client(headers={"accept-language": "zh-CN"})
    enter(other)
    assert b'lang="en"' in other.get("/my/").content


def test_what_was_chosen_in_this_browser_wins_over_the_person_s_language(li: User) -> None:
    User.objects.update(language="en")
    client = Client()
    client.post("/language/", {"language": "zh-hans"})
    enter(client)
    assert b'lang="zh-hans"' in client.get("/my/").content


def test_an_unknown_language_changes_nothing(li: User) -> None:
    client = Client()
    assert "django_language" not in client.post("/language/", {"language": "xx"}).cookies


def test_large_type_stays_in_the_browser(db: None) -> None:
    client = Client()
    client.post("/large-type/", {"elder": "1"})
    assert b'class="elder"' in client.get("/sign-in/").content
    client.post("/large-type/", {"elder": "0"})
    assert b'class="elder"' not in client.get("/sign-in/").content


# --- demonstration log-ins ---------------------------------------------------------------------------------------


def test_demo_log_ins_are_shown_in_demo_mode_only(wu: User, settings) -> None:
    settings.DEMO = True
    assert b"<code>wu</code>" in Client().get("/sign-in/").content
    settings.DEMO = False
    page = Client().get("/sign-in/").content
    assert b"<code>" not in page


def test_pressing_a_demo_name_comes_in_only_in_demo_mode(wu: User, settings) -> None:
    wu.set_password(DEMO_PASSWORD)
    wu.save()
    for demo, expected in ((True, 302), (False, 200)):
        settings.DEMO = demo
        assert Client().post("/sign-in/", {"demo": "wu"}).status_code == expected
