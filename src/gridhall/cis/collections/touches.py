"""Making touches: the words in the customer's language, handed to the sender or put on a collector's list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gridhall.cis.collections.books import Overdue
from gridhall.cis.collections.models import Touch
from gridhall.cis.collections.models.dunning import BY_HAND, Channel
from gridhall.cis.collections.rules import DunningRules
from gridhall.cis.customers.models import Account
from gridhall.kernel.money import format_yuan
from gridhall.platform.actions import Act
from gridhall.platform.models import Notification
from gridhall.platform.notifications import words
from gridhall.platform.scope import EVERYTHING

PREFERRED = "preferred"
NEED_A_PHONE = (Channel.SMS, Channel.PHONE)
RECIPIENT_CHARACTERS_MAX = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """A touch to be made: for whom, at which stage, how, and about what debt."""

    account_id: int
    stage: str
    channel: str
    template: str
    owed: Overdue


def make(act: Act, wanted: Sequence[Wanted], rules: DunningRules, on: date) -> list[Touch]:
    """Touches that were not made before for the same stage and age of debt; messages wait for a friendly hour."""
    fresh = _not_made(wanted)
    people = _people([one.account_id for one in fresh])
    due_at = rules.friendly.next(act.at)
    touches = [_touch(act, one, people[one.account_id], rules, on) for one in fresh]
    sent = [touch for touch in touches if touch.state == Touch.State.SENT]
    messages = Notification.objects.bulk_create(
        [
            _message(one, touch, people[one.account_id], on, due_at)
            for one, touch in zip(fresh, touches, strict=True)
            if touch.state == Touch.State.SENT
        ],
        batch_size=1000,
    )
    for touch, message in zip(sent, messages, strict=True):
        touch.notification_id = message.pk
    return Touch.objects.bulk_create(touches, batch_size=1000)


def withdraw(account_ids: Sequence[int]) -> int:
    """Take back what was not sent or done yet; returns how many touches."""
    rows = Touch.objects.within(EVERYTHING).filter(account_id__in=account_ids)
    waiting = list(rows.filter(state__in=(Touch.State.SENT, Touch.State.TO_DO)).values_list("pk", "notification_id"))
    messages = Notification.objects.filter(pk__in=[message for _pk, message in waiting if message], sent_at=None)
    unsent = set(messages.values_list("pk", flat=True))
    Notification.objects.filter(pk__in=unsent).update(due_at=None, error="withdrawn")
    back = [pk for pk, message in waiting if message is None or message in unsent]
    return Touch.objects.within(EVERYTHING).filter(pk__in=back).update(state=Touch.State.WITHDRAWN)


def _not_made(wanted: Sequence[Wanted]) -> list[Wanted]:
    made = Touch.objects.within(EVERYTHING).filter(account_id__in=[one.account_id for one in wanted])
    known = set(made.values_list("account_id", "oldest_due_on", "stage"))
    return [one for one in wanted if (one.account_id, one.owed.oldest_due_on, one.stage) not in known]


@dataclass(frozen=True, slots=True)
class _Person:
    """Whom a touch goes to."""

    number: str
    path: str
    phone: str
    language: str
    address: str
    chosen: str | None


def _people(account_ids: Sequence[int]) -> dict[int, _Person]:
    rows = Account.objects.within(EVERYTHING).filter(pk__in=account_ids)
    columns = rows.values_list(
        "pk", "number", "path", "customer__phone", "customer__language", "premise__address",
        "customer__chosen_channel__channel",
    )  # fmt: skip
    return {pk: _Person(*rest) for pk, *rest in columns}


def _touch(act: Act, one: Wanted, person: _Person, rules: DunningRules, on: date) -> Touch:
    channel = _channel(one, person, rules)
    subject, body = words(one.template, person.language, _data(one, person, on))
    return Touch(
        account_id=one.account_id, path=person.path, stage=one.stage, oldest_due_on=one.owed.oldest_due_on,
        overdue_fen=one.owed.fen, channel=channel, language=person.language, subject=subject[:200], body=body,
        state=Touch.State.TO_DO if channel in BY_HAND else Touch.State.SENT, made_at=act.at, made_by=act.actor.name,
    )  # fmt: skip


def _message(one: Wanted, touch: Touch, person: _Person, on: date, due_at: datetime) -> Notification:
    return Notification(
        template=one.template, channel=touch.channel, recipient=_recipient(person, touch.channel),
        language=touch.language, data=_data(one, person, on), account_id=one.account_id, path=touch.path, due_at=due_at,
    )  # fmt: skip


def _channel(one: Wanted, person: _Person, rules: DunningRules) -> str:
    """What the stage asks for, what the customer chose, else what is usual; without a telephone a letter."""
    channel = one.channel
    if channel == PREFERRED:
        channel = person.chosen or rules.usual_channel.of(one.owed.payer)
    return Channel.LETTER if channel in NEED_A_PHONE and not person.phone else channel


def _recipient(person: _Person, channel: str) -> str:
    recipient = {Channel.SMS: person.phone, Channel.LETTER: person.address}.get(Channel(channel), person.number)
    return recipient[:RECIPIENT_CHARACTERS_MAX]


def _data(one: Wanted, person: _Person, on: date) -> dict[str, str | int]:
    return {
        "account": person.number, "amount": format_yuan(one.owed.fen), "due_on": str(one.owed.oldest_due_on),
        "days": one.owed.days(on), "address": person.address,
    }  # fmt: skip
