"""The life of an order to a switch: waiting → sent → acknowledged → verified, or expired, failed, taken back.

The sender asks ``prepare`` before each try: in one transaction it looks at everything again and marks the order as
sent; only then is it handed over. A sender that dies in between leaves an order that is sent again, under its old name.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Account
from gridhall.cis.prepay import debts, orders, rules
from gridhall.cis.prepay.actions.terms import open_terms
from gridhall.cis.prepay.alarms import tell_ended
from gridhall.cis.prepay.balance import balance_of
from gridhall.cis.prepay.guard import verdict
from gridhall.cis.prepay.models import LIVE, Command
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

State, Kind = Command.State, Command.Kind


@action(Tag.SUPPLY_DRIVE)
def prepare(act: Act, command_id: int) -> Command:
    """Mark an order as sent if it may be sent now; a stop is weighed again on this moment's money and readings."""
    command, account = _locked(act, command_id)
    driving = _driving(act)
    if command.state not in (State.QUEUED, State.SENT) or command.due_at > act.at:
        return command
    if command.expires_at is not None and command.expires_at <= act.at:
        _end(act, command, State.EXPIRED, _("Nobody answered in time."))
    elif command.tries >= driving.tries_max:
        _end(act, command, State.FAILED, _("Sent %(n)s times without an answer.") % {"n": command.tries})
    elif command.kind == Kind.STOP and not _may_stop(act, command, account):
        pass
    else:
        command.state, command.tries, command.waits_for = State.SENT, command.tries + 1, ""
        command.sent_at = command.sent_at or act.at
        command.expires_at = command.expires_at or act.at + timedelta(hours=driving.expire_hours)
        command.due_at = act.at + timedelta(seconds=driving.answer_s)
        command.save(update_fields=["state", "tries", "waits_for", "sent_at", "expires_at", "due_at", "balance_fen"])
    act.note(kind=command.kind, state=command.state, tries=command.tries, because=command.waits_for)
    return command


def _may_stop(act: Act, command: Command, account: Account) -> bool:
    if command.disconnection is not None:
        said = debts.verdict(command.disconnection, act.at)
    else:
        balance = balance_of(account)
        command.balance_fen = balance.balance_fen
        said = verdict(open_terms(account.pk), balance, act.at)
    if said.stop:
        return True
    if said.later is None:
        _end(act, command, State.WITHDRAWN, said.because)
        if command.disconnection is not None:
            _undo(act, command)
    else:
        command.due_at, command.waits_for = said.later, said.because[:300]
        command.save(update_fields=["due_at", "waits_for"])
    return False


@action(Tag.SUPPLY_DRIVE)
def acknowledge(act: Act, command_id: int, done: bool, detail: str = "") -> Command:
    """What the meter answered. The same answer twice, or one to an order that is over, changes nothing."""
    command, _account = _locked(act, command_id)
    if command.state != State.SENT:
        return command
    if done:
        command.state, command.acknowledged_at, command.due_at = State.ACKNOWLEDGED, act.at, act.at
        command.save(update_fields=["state", "acknowledged_at", "due_at"])
    else:
        _end(act, command, State.FAILED, detail or _("The meter refused."))
    act.note(kind=command.kind, state=command.state)
    return command


@action(Tag.SUPPLY_DRIVE)
def verify(act: Act, command_id: int, closed: bool | None) -> Command:
    """What the status of the switch says afterwards; an acknowledgement alone is believed by nobody."""
    command, _account = _locked(act, command_id)
    if command.state != State.ACKNOWLEDGED:
        return command
    if closed is (command.kind == Kind.RESTORE):
        _end(act, command, State.VERIFIED)
        tell_ended(act, command)
        act.emit(f"supply.{'permitted' if closed else 'stopped'}", account=command.account.number, meter=command.meter)
    elif (command.acknowledged_at or act.at) + timedelta(seconds=_driving(act).verify_s) <= act.at:
        _end(act, command, State.FAILED, _("Acknowledged, but the switch does not stand as it should."))
    else:
        command.due_at = act.at + timedelta(seconds=max(1, _driving(act).verify_s // 10))
        command.save(update_fields=["due_at"])
    act.note(kind=command.kind, state=command.state, closed=closed)
    return command


@action(Tag.SUPPLY_RETRY)
def retry(act: Act, command_id: int) -> Command:
    """A new order in place of one that expired or failed: the old name would only be answered with the old answer."""
    old, account = _locked(act, command_id)
    if old.state not in (State.EXPIRED, State.FAILED):
        raise Refused(_("Only an order that expired or failed can be repeated."))
    if old.kind == Kind.STOP and old.disconnection_id is not None:
        raise Refused(_("Ask for the cut again from the disconnection order; every step is looked at there."))
    newer = Command.objects.within(EVERYTHING).filter(account_id=account.pk, pk__gt=old.pk).exists()
    if newer:
        raise Refused(_("A newer order exists for this account; look at that one."))
    meter = orders.meters([account.pk], act.at).get(account.pk, old.meter)
    command = orders.queue(
        act, old.kind, account.pk, account.path, meter, old.balance_fen, old.snapshot, act.at, old.disconnection
    )  # fmt: skip
    act.on(command, command.path, account.pk)
    act.note(kind=command.kind, instead_of=str(old.public_id))
    return command


@action(Tag.SUPPLY_WITHDRAW)
def withdraw(act: Act, command_id: int, reason: str) -> Command:
    """Take a stop back that was not carried out yet. One that was sent may still arrive: then closing is permitted."""
    command, _account = _locked(act, command_id)
    if command.kind != Kind.STOP or command.state not in LIVE:
        raise Refused(_("Only a stop that is not over can be taken back."))
    if not reason.strip():
        raise Refused(_("Give a reason."))
    _end(act, command, State.WITHDRAWN, reason)
    _undo(act, command)
    act.note(reason=reason)
    return command


def _end(act: Act, command: Command, state: str, because: str = "") -> None:
    orders.end(command, state, act.at, because)
    debts.report(act, command)


def _undo(act: Act, command: Command) -> None:
    """A stop that was sent may still arrive: closing is permitted."""
    if command.sent_at is not None and (command.account_id, Kind.RESTORE) not in orders.live([command.account_id]):
        orders.queue(
            act, Kind.RESTORE, command.account_id, command.path, command.meter, command.balance_fen, command.snapshot,
            act.at, command.disconnection,
        )  # fmt: skip


def _locked(act: Act, command_id: int) -> tuple[Command, Account]:
    found = Command.objects.within(act.actor.scope).filter(pk=command_id).first()
    if found is None:
        raise NotInScope()
    account: Account = lock(Account.objects.within(EVERYTHING).filter(pk=found.account_id))[0]
    command: Command = lock(Command.objects.within(EVERYTHING).filter(pk=command_id))[0]
    act.on(command, command.path, account.pk)
    return command, account


def _driving(act: Act) -> rules.Driving:
    return rules.in_force(timezone.localtime(act.at).date()).commands
