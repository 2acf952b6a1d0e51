"""Telling customers how they stand: once per level and top-up, by the channel they chose."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from gridhall.cis.collections.rules import dunning
from gridhall.cis.customers.models import Account
from gridhall.cis.ledger.models import Entry
from gridhall.cis.prepay import rules
from gridhall.cis.prepay.models import LEVELS, Alarm, Command, Level, PrepayTerms, Standing
from gridhall.kernel.money import format_yuan
from gridhall.platform.actions import Act
from gridhall.platform.notifications import notify
from gridhall.platform.scope import EVERYTHING

TEMPLATES = {Level.LOW: "prepay-low", Level.NEGATIVE: "prepay-negative", Level.STOP: "prepay-stop-warning"}
ENDED = {Command.Kind.STOP: "prepay-stopped", Command.Kind.RESTORE: "prepay-restored"}


def raise_alarms(act: Act, standing: Sequence[Standing]) -> list[Alarm]:
    """Tell those who were not told since their last top-up that they stand so low, or lower."""
    top_ups = last_top_up([row.account_id for row in standing])
    worst = _told([row.account_id for row in standing], top_ups)
    fresh = [row for row in standing if LEVELS.index(Level(row.level)) > worst.get(row.account_id, 0)]
    terms = _terms([row.account_id for row in fresh])
    alarms = [
        Alarm(
            account_id=row.account_id, path=row.path, level=row.level, after_entry=top_ups.get(row.account_id, 0),
            balance_fen=row.balance_fen, channel=terms[row.account_id].channel, at=act.at,
            told=_tell(act, terms[row.account_id], TEMPLATES[Level(row.level)], row.balance_fen, friendly=True),
        )
        for row in fresh
    ]  # fmt: skip
    return Alarm.objects.bulk_create(alarms, batch_size=1000)


def tell_ended(act: Act, command: Command) -> None:
    """The supply was stopped, or may be closed again: said at once, whatever the hour."""
    terms = _terms([command.account_id]).get(command.account_id)
    if terms is not None:
        _tell(act, terms, ENDED[Command.Kind(command.kind)], command.balance_fen, friendly=False)


def last_top_up(account_ids: Collection[int]) -> dict[int, int]:
    """The ledger entry of the newest payment of each account that ever paid."""
    rows = Entry.objects.within(EVERYTHING).filter(account_id__in=account_ids, kind="payment")
    return dict(rows.order_by().values_list("account_id").annotate(newest=Max("pk")))


def warned_at(account_ids: Collection[int]) -> dict[int, datetime]:
    """When each account was warned of a stop since its last top-up."""
    top_ups = last_top_up(account_ids)
    rows = Alarm.objects.within(EVERYTHING).filter(account_id__in=account_ids, level=Level.STOP)
    return {
        account_id: at
        for account_id, entry, at in rows.values_list("account_id", "after_entry", "at")
        if entry == top_ups.get(account_id, 0)
    }


def _told(account_ids: Collection[int], top_ups: dict[int, int]) -> dict[int, int]:
    """The worst level that each account was told of since its last top-up."""
    worst: dict[int, int] = {}
    rows = Alarm.objects.within(EVERYTHING).filter(account_id__in=account_ids)
    for account_id, entry, level in rows.values_list("account_id", "after_entry", "level"):
        if entry == top_ups.get(account_id, 0):
            worst[account_id] = max(worst.get(account_id, 0), LEVELS.index(Level(level)))
    return worst


def _terms(account_ids: Collection[int]) -> dict[int, PrepayTerms]:
    rows = PrepayTerms.objects.filter(account_id__in=account_ids, valid_to__isnull=True)
    return {terms.account_id: terms for terms in rows.select_related("account__customer")}


def _tell(act: Act, terms: PrepayTerms, template: str, balance_fen: int, *, friendly: bool) -> bool:
    account: Account = terms.account
    recipient = account.customer.email if terms.channel == PrepayTerms.Channel.EMAIL else account.customer.phone
    if not recipient:
        return False
    today = timezone.localtime(act.at).date()
    data = {
        "account": account.number, "amount": format_yuan(abs(balance_fen)),
        "hours": rules.in_force(today).warn_hours,
    }  # fmt: skip
    message = notify(act, template, terms.channel, recipient, account.customer.language, data, account.pk)
    message.path = account.path
    message.due_at = dunning(today).friendly.next(act.at) if friendly else act.at
    message.save(update_fields=["path", "due_at"])
    return True
