"""Cutting a supply for a debt: proposed, noticed, approved by a second person, cut, and switched on again once paid."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.collections import books, clocks, rules, switching
from gridhall.cis.collections.guards import locked_account, locked_row, require_reason, require_second_person
from gridhall.cis.collections.models import DisconnectionOrder, Notice
from gridhall.cis.collections.models.disconnection import BEFORE_THE_CUT, OVER
from gridhall.cis.collections.notices import issue
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

State = DisconnectionOrder.State
READING_CHARACTERS_MAX = 20


@action(Tag.DISCONNECTION_PROPOSE)
def propose_disconnection(act: Act, account_id: int) -> DisconnectionOrder:
    """Open an order for an account. Raises Refused with the first step of the law that is missing."""
    account = locked_account(act, account_id)
    if DisconnectionOrder.objects.within(EVERYTHING).filter(account=account).exclude(state__in=OVER).exists():
        raise Refused(_("Account %(number)s has an order already.") % {"number": account.number})
    clocks.require(clocks.before_proposing(account.pk, act.at))
    owed = books.overdue_of([account.pk], timezone.localtime(act.at).date())[account.pk]
    order = DisconnectionOrder.objects.create(
        account=account, path=account.path, overdue_fen=owed.fen, oldest_due_on=owed.oldest_due_on,
        proposed_by=act.actor.name, proposed_by_user=act.actor.user_id, proposed_at=act.at,
    )  # fmt: skip
    act.on(order, order.path, account.pk)
    act.note(account=account.number, overdue_fen=owed.fen, oldest_due_on=str(owed.oldest_due_on))
    return order


@action(Tag.DISCONNECTION_NOTICE)
def issue_notice(act: Act, order_id: int, planned_at: datetime) -> DisconnectionOrder:
    """Fix the time of the cut and write the notices: one to the customer, a copy to the authority where law asks for
    it. Issuing again, for another time, makes new notices that have to be delivered anew, and undoes an approval."""
    order = _before_the_cut(act, order_id)
    law = rules.disconnection(timezone.localtime(act.at).date())
    if law.approval == "before_notice" and order.approved_at is None:
        raise Refused(_("The order has to be approved before the notice."))
    if not law.friendly.holds(planned_at):
        raise Refused(_("Choose a working day and a working hour for the cut."))
    days = (timezone.localtime(planned_at).date() - timezone.localtime(act.at).date()).days
    if days < law.notice_days.least:
        raise Refused(_("A notice comes at least %(days)s days before the cut.") % {"days": law.notice_days.least})
    order.planned_at = planned_at
    if law.approval == "after_notice":
        order.state, order.approved_at, order.approved_by = State.NOTICED, None, ""
    order.save(update_fields=["state", "planned_at", "approved_at", "approved_by"])
    notices = issue(act, order)
    act.note(planned_at=planned_at.isoformat(), notices=[notice.number for notice in notices])
    return order


@action(Tag.DISCONNECTION_DELIVER)
def record_delivery(act: Act, notice_id: int, at: datetime, how: str, handed_to: str, proof: str) -> Notice:
    """Keep the proof that a notice arrived: when, how, to whom, and the number of the receipt or photo."""
    notice = locked_row(act, Notice, notice_id)
    if notice.delivered_at is not None:
        raise Refused(_("The delivery is on record already."))
    if how not in Notice.How.values or not how:
        raise Refused(_("Choose how it was delivered."))
    require_reason(proof, _("Give the number of the receipt or of the photo; it is the evidence."))
    if not notice.issued_at.replace(second=0, microsecond=0) <= at <= act.at:
        raise Refused(_("A delivery lies between the issue of the notice and now."))
    notice.delivered_at, notice.how, notice.handed_to = at, how, handed_to.strip()
    notice.proof, notice.recorded_by = proof.strip(), act.actor.name
    notice.save(update_fields=["delivered_at", "how", "handed_to", "proof", "recorded_by"])
    act.note(notice=notice.number, how=how, proof=notice.proof)
    return notice


@action(Tag.DISCONNECTION_APPROVE)
def approve_disconnection(act: Act, order_id: int) -> DisconnectionOrder:
    """The second person's yes. Raises Refused with the first step that is missing."""
    order = _before_the_cut(act, order_id)
    if order.approved_at is not None:
        raise Refused(_("This is decided already."))
    require_second_person(act, order.proposed_by_user)
    clocks.require(clocks.before_approval(order, act.at))
    order.state, order.approved_at, order.approved_by = State.APPROVED, act.at, act.actor.name
    order.save(update_fields=["state", "approved_at", "approved_by"])
    act.note(planned_at=order.planned_at.isoformat() if order.planned_at else "")
    return order


@action(Tag.DISCONNECTION_WITHDRAW)
def withdraw_disconnection(act: Act, order_id: int, reason: str) -> DisconnectionOrder:
    """Give an order up before the cut, with the reason."""
    order = _before_the_cut(act, order_id)
    require_reason(reason, _("Say why the order is given up."))
    order.state, order.cancelled_at, order.why = State.CANCELLED, act.at, reason.strip()
    order.save(update_fields=["state", "cancelled_at", "why"])
    switching.ask(act, order, closed=True)
    act.note(reason=reason.strip())
    return order


@action(Tag.DISCONNECTION_FINAL)
def tell_again(act: Act, order_id: int, how: str, handed_to: str = "") -> Notice:
    """The last notice, by telephone, by message or at the door; it counts from this moment."""
    order = _before_the_cut(act, order_id)
    if order.state != State.APPROVED:
        raise Refused(_("The order is not approved."))
    if how not in (Notice.How.PHONE, Notice.How.SMS, Notice.How.HAND):
        raise Refused(_("Tell the customer by telephone, by message or at the door."))
    (notice,) = issue(act, order, Notice.Kind.FINAL, how)
    notice.delivered_at, notice.how, notice.handed_to, notice.recorded_by = act.at, how, handed_to, act.actor.name
    notice.save(update_fields=["delivered_at", "how", "handed_to", "recorded_by"])
    act.note(how=how)
    return notice


@action(Tag.DISCONNECTION_EXECUTE)
def cut(act: Act, order_id: int, reading: str, photo: str) -> DisconnectionOrder:
    """The supply is cut now. Every clock is looked at once more; a debt that was paid a minute ago is not cut off."""
    order = _before_the_cut(act, order_id)
    if order.remote_at is not None:
        raise Refused(_("The command to the meter is on its way."))
    clocks.require(clocks.before_the_cut(order, act.at))
    order.cut_reading, order.cut_photo = _seen(reading, photo)
    order.state, order.executed_at, order.executed_by = State.EXECUTED, act.at, act.actor.name
    order.save(update_fields=["state", "executed_at", "executed_by", "cut_reading", "cut_photo"])
    act.note(reading=order.cut_reading, photo=order.cut_photo)
    act.emit("supply.disconnected", account=order.account.number, at=act.at.isoformat())
    return order


@action(Tag.DISCONNECTION_RECONNECT)
def reconnect(act: Act, order_id: int, reading: str, photo: str) -> DisconnectionOrder:
    """The supply is on again. Costs nothing: no fee may be charged for it."""
    order = locked_row(act, DisconnectionOrder, order_id)
    if order.state not in (State.TO_RECONNECT, State.EXECUTED):
        raise Refused(_("This supply is not cut."))
    order.on_reading, order.on_photo = _seen(reading, photo)
    order.state, order.reconnected_at, order.reconnected_by = State.RECONNECTED, act.at, act.actor.name
    order.save(update_fields=["state", "reconnected_at", "reconnected_by", "on_reading", "on_photo"])
    late = order.reconnect_by is not None and act.at > order.reconnect_by
    act.note(reading=order.on_reading, late=late)
    act.emit("supply.reconnected", account=order.account.number, at=act.at.isoformat())
    return order


def _seen(reading: str, photo: str) -> tuple[str, str]:
    reading, photo = reading.strip(), photo.strip()
    if not reading.replace(".", "", 1).isdigit() or not reading.isascii() or len(reading) > READING_CHARACTERS_MAX:
        raise Refused(_("Write down what the meter shows, for example 5123.40."))
    require_reason(photo, _("Give the number of the photo of the meter."))
    return reading, photo


def _before_the_cut(act: Act, order_id: int) -> DisconnectionOrder:
    order = locked_row(act, DisconnectionOrder, order_id)
    if order.state not in BEFORE_THE_CUT:
        raise Refused(_("The order is %(state)s.") % {"state": order.get_state_display()})
    return order
