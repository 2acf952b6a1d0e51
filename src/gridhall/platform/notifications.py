"""Messages to people: queued in the transaction of an action, sent by the worker, tried again with growing delay.

``settings.NOTIFICATION_SENDERS`` maps a channel (``sms``, ``e-mail``) to the dotted name of its sender, a function
``send(notification, subject, body)`` that raises when the message was not taken. A channel without one writes files.
"""

from __future__ import annotations

import functools
import json
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from gridhall.platform.actions import Act, action
from gridhall.platform.actor import system
from gridhall.platform.files import write_whole
from gridhall.platform.jobs import Running, handler
from gridhall.platform.models import Notification
from gridhall.platform.tags import Tag

EVERY = timedelta(seconds=5)
FIRST_DELAY = timedelta(seconds=30)  # doubled after each try
TRIES_MAX = 8  # the last about two hours after the first: a bill notice is still news, then a person has to look
ROUND = 200  # a long queue must not hold up bill runs


@functools.cache
def texts() -> dict[str, dict[str, dict[str, str]]]:
    """``message_texts.yaml``: template → en, zh → subject, body."""
    return yaml.safe_load((resources.files("gridhall.platform") / "message_texts.yaml").read_text(encoding="utf-8"))


def words(template: str, language: str, data: dict[str, Any]) -> tuple[str, str]:
    """Subject and body. Raises KeyError when the template is unknown or the data lacks a name."""
    text = texts()[template]["zh" if language.startswith("zh") else "en"]
    return text["subject"].format_map(data), text["body"].format_map(data)


def notify(
    act: Act,
    template: str,
    channel: str,
    recipient: str,
    language: str,
    data: dict[str, Any],
    account_id: int | None = None,
) -> Notification:
    """Queue a message that is sent once the action has committed. Raises KeyError as ``words`` does, at once."""
    words(template, language, data)
    return Notification.objects.create(
        template=template, channel=channel, recipient=recipient, language=language, data=data, account_id=account_id,
        path=act.path,
    )  # fmt: skip


@handler("notifications", every=EVERY)
def deliver(running: Running) -> None:
    """Send what is due, in order; a message that cannot be sent waits without holding up the others."""
    due = list(Notification.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")[:ROUND])
    for count, notification in enumerate(due, 1):
        deliver_one(notification)
        running.report(count, len(due))


def deliver_one(notification: Notification) -> None:
    """Send one message and record how it went."""
    try:
        subject, body = words(notification.template, notification.language, notification.data)
        _sender(notification.channel)(notification, subject, body)
    except Exception as error:
        tries = notification.attempts + 1
        later = None if tries >= TRIES_MAX else timezone.now() + FIRST_DELAY * 2 ** (tries - 1)
        Notification.objects.filter(pk=notification.pk).update(
            attempts=tries, due_at=later, error=f"{type(error).__name__}: {error}"
        )
    else:
        record_sent(system("notifications"), notification)


@action(Tag.NOTIFICATION_SEND)
def record_sent(act: Act, notification: Notification) -> None:
    """Note that the sender took the message."""
    act.on(notification, notification.path, notification.account_id)
    act.note(template=notification.template, channel=notification.channel)
    Notification.objects.filter(pk=notification.pk).update(
        sent_at=act.at, due_at=None, attempts=notification.attempts + 1, error=""
    )


def _sender(channel: str) -> Any:
    senders = getattr(settings, "NOTIFICATION_SENDERS", {})
    return import_string(senders.get(channel, "gridhall.platform.notifications.to_file"))


def to_file(notification: Notification, subject: str, body: str) -> None:
    """One JSON file a message, under its own name: sent twice, it is still one file."""
    content = {
        "id": str(notification.public_id), "channel": notification.channel, "to": notification.recipient,
        "language": notification.language, "subject": subject, "body": body,
    }  # fmt: skip
    folder = Path(settings.MESSAGE_FOLDER) / notification.channel
    write_whole(folder / f"{notification.public_id}.json", json.dumps(content, ensure_ascii=False).encode())
