"""Messages reach their sender once and in order; what fails is tried again and then shown to a person."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from gridhall.platform import health, jobs, notifications, outbox
from gridhall.platform.actions import Act
from gridhall.platform.actor import system
from gridhall.platform.models import AuditEvent, Job, Notification, OutboxEvent
from gridhall.platform.tags import Tag

pytestmark = pytest.mark.django_db
RECEIPT = {"account": "3204000017", "amount": "131.56", "receipt": "R-1"}
SENT: list[str] = []


def record(notification: Notification, subject: str, body: str) -> None:
    """A sender that takes everything but what is meant for the broken number."""
    if notification.recipient == "broken":
        raise OSError("no such number")
    SENT.append(f"{notification.recipient}: {subject}")


def publish(event: OutboxEvent) -> None:
    if event.payload.get("broken"):
        raise OSError("nobody listens")
    SENT.append(event.topic)


@pytest.fixture
def messages(tmp_path: Path, settings: object) -> Path:
    settings.MESSAGE_FOLDER = tmp_path  # type: ignore[attr-defined]
    SENT.clear()
    return tmp_path


def queue(recipient: str, language: str = "en") -> Notification:
    act = Act(system(), Tag.PAYMENT_RECEIVE, timezone.now(), path="32/04/")
    return notifications.notify(act, "payment-received", "sms", recipient, language, RECEIPT, account_id=17)


def work() -> None:
    jobs.submit_recurring()
    Job.objects.filter(state=Job.State.QUEUED).update(due_at=timezone.now())
    jobs.run_until_idle()


def test_a_message_is_a_file_in_the_readers_language(messages: Path) -> None:
    for language in ("zh-hans", "en"):
        queue("13800010001", language)
    work()
    said = sorted(json.loads(file.read_text("utf-8"))["subject"] for file in (messages / "sms").glob("*.json"))
    assert said == ["We received ¥131.56", "已收到电费 ¥131.56"]
    assert not list(messages.glob("**/.*")), "nothing half-written stays"


def test_a_sent_message_is_not_sent_again_and_stands_in_the_log(messages: Path) -> None:
    message = queue("13800010001")
    work()
    (messages / "sms" / f"{message.public_id}.json").unlink()
    work()
    assert not list((messages / "sms").iterdir())
    event = AuditEvent.objects.get(tag=Tag.NOTIFICATION_SEND)
    assert event.subject == f"notification:{message.public_id}"
    assert "13800010001" not in event.detail


def test_a_broken_recipient_does_not_hold_up_the_others(messages: Path, settings: object) -> None:
    settings.NOTIFICATION_SENDERS = {"sms": f"{__name__}.record"}  # type: ignore[attr-defined]
    for recipient in ("first", "broken", "second"):
        queue(recipient)
    work()
    assert SENT == ["first: We received ¥131.56", "second: We received ¥131.56"]
    failed = Notification.objects.get(recipient="broken")
    assert (failed.attempts, failed.sent_at, failed.error) == (1, None, "OSError: no such number")
    assert failed.due_at is not None
    assert timedelta(seconds=20) < failed.due_at - timezone.now() <= notifications.FIRST_DELAY


def test_a_message_that_never_goes_is_given_up_and_shown(messages: Path, settings: object) -> None:
    settings.NOTIFICATION_SENDERS = {"sms": f"{__name__}.record"}  # type: ignore[attr-defined]
    queue("broken")
    for _ in range(notifications.TRIES_MAX + 2):
        Notification.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
        work()
    failed = Notification.objects.get()
    assert (failed.attempts, failed.due_at) == (notifications.TRIES_MAX, None)
    assert "1 messages could not be sent" in list(health.complaints())


def test_a_message_without_its_facts_is_refused_at_once() -> None:
    act = Act(system(), Tag.PAYMENT_RECEIVE, timezone.now())
    with pytest.raises(KeyError):
        notifications.notify(act, "payment-received", "sms", "1", "en", {"amount": "1.00"})


def test_a_template_uses_the_same_facts_in_both_languages() -> None:
    def names(text: dict[str, str]) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text["subject"] + text["body"]))

    assert all(names(text["en"]) == names(text["zh"]) for text in notifications.texts().values())


def test_events_leave_in_the_order_in_which_they_happened(messages: Path, settings: object) -> None:
    settings.OUTBOX_SENDER = f"{__name__}.publish"  # type: ignore[attr-defined]
    for topic in ("bill.released", "payment.received", "payment.reversed"):
        OutboxEvent.objects.create(topic=topic, payload={})
    work()
    assert SENT == ["bill.released", "payment.received", "payment.reversed"]


def test_an_event_that_does_not_arrive_is_not_overtaken(messages: Path, settings: object) -> None:
    settings.OUTBOX_SENDER = f"{__name__}.publish"  # type: ignore[attr-defined]
    OutboxEvent.objects.create(topic="first", payload={})
    stuck = OutboxEvent.objects.create(topic="stuck", payload={"broken": True})
    OutboxEvent.objects.create(topic="last", payload={})
    work()
    assert SENT == ["first"]
    stuck.refresh_from_db()
    assert (stuck.sent_at, stuck.attempts, stuck.error) == (None, 1, "nobody listens")
    assert Job.objects.get(kind="outbox").due_at > timezone.now(), "it is tried again later"
    OutboxEvent.objects.filter(pk=stuck.pk).update(payload={})
    work()
    assert SENT == ["first", "stuck", "last"]


def test_an_event_without_a_listener_is_a_file(messages: Path) -> None:
    event = OutboxEvent.objects.create(topic="bill.released", payload={"bill": "B-1"}, path="32/04/")
    outbox.to_file(event)
    said = json.loads((messages / "events" / f"{event.public_id}.json").read_text())
    assert (said["topic"], said["payload"]) == ("bill.released", {"bill": "B-1"})


def test_health_says_that_no_worker_is_there_and_what_waits(messages: Path) -> None:
    assert any(sentence.startswith("no worker") for sentence in health.complaints())
    work()
    assert not any(sentence.startswith("no worker") for sentence in health.complaints())
    Job.objects.create(kind="x", state=Job.State.FAILED, due_at=timezone.now())
    assert "1 failed jobs wait for a person" in list(health.complaints())
