"""Every step that law asks for before a supply is cut, with its clock: met, or what is missing and from when on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.collections import books, rules
from gridhall.cis.collections.models import DisconnectionOrder, Notice, Touch
from gridhall.cis.collections.protecting import needs_a_copy, reasons_against
from gridhall.cis.collections.rules import DisconnectionRules
from gridhall.platform.errors import Refused
from gridhall.platform.models import Notification
from gridhall.platform.scope import EVERYTHING


@dataclass(frozen=True)
class Step:
    """``code`` names it, ``words`` say what it asks and, where it is not met, what is missing."""

    code: str
    met: bool
    words: str


def before_proposing(account_id: int, at: datetime) -> list[Step]:
    """What has to hold for an account before anybody thinks of cutting it off."""
    on = timezone.localtime(at).date()
    law = rules.disconnection(on)
    owed = books.overdue_of([account_id], on).get(account_id)
    return [
        _overdue(owed, on, law),
        Step("worth", owed is not None and owed.fen >= rules.dunning(on).smallest_debt_fen.of(owed.payer),
             _("The debt is worth it, not disputed and not arranged.")),
        _reminded(account_id, owed, at, law),
        _spared(account_id, at),
    ]  # fmt: skip


def before_approval(order: DisconnectionOrder, at: datetime) -> list[Step]:
    """What the second person relies on. By the dated rules the notice comes before the approval, or after it."""
    steps = before_proposing(order.account_id, at)
    if rules.disconnection(timezone.localtime(at).date()).approval == "after_notice":
        steps += _notices(order, at)
    return steps


def before_the_cut(order: DisconnectionOrder, at: datetime) -> list[Step]:
    """Everything, with the last notice and the hour, at the moment of the cut."""
    law = rules.disconnection(timezone.localtime(at).date())
    steps = [*before_proposing(order.account_id, at), *_notices(order, at)]
    approved = order.approved_at is not None
    steps.append(Step("approved", approved, _("A second person approved.")))
    steps.append(_final(order, at, law))
    timely = not any(one.code == "hours" for one in reasons_against([order.account_id], at).get(order.account_id, []))
    reached = order.planned_at is not None and order.planned_at <= at
    steps.append(Step("hours", timely and reached, _("It is the announced time, a working day and a working hour.")))
    return steps


def require(steps: list[Step]) -> None:
    """Raises Refused with the first step that is missing."""
    for step in steps:
        if not step.met:
            raise Refused(_("Missing: %(step)s") % {"step": step.words})


def _overdue(owed: books.Overdue | None, on: date, law: DisconnectionRules) -> Step:
    met = owed is not None and owed.days(on) > law.overdue_days
    said = {"days": law.overdue_days, "now": 0 if owed is None else owed.days(on)}
    return Step("overdue", met, _("More than %(days)s days overdue (now %(now)s).") % said)


def _reminded(account_id: int, owed: books.Overdue | None, at: datetime, law: DisconnectionRules) -> Step:
    """Sent and taken by the sender, or done by a person, early enough, for this debt."""
    early = at - timedelta(days=law.reminded_days_before)
    touches = Touch.objects.within(EVERYTHING).filter(account_id=account_id, made_at__lte=early)
    taken = Notification.objects.filter(account_id=account_id, sent_at__lte=early).values("pk")
    told = touches.filter(Q(state=Touch.State.SENT, notification_id__in=taken) | Q(state=Touch.State.DONE))
    met = owed is not None and told.filter(oldest_due_on=owed.oldest_due_on).exists()
    return Step(
        "reminded", met, _("Reminded of this debt at least %(days)s days ago.") % {"days": law.reminded_days_before}
    )


def _spared(account_id: int, at: datetime) -> Step:
    against = [one for one in reasons_against([account_id], at).get(account_id, []) if one.code != "hours"]
    if against:
        return Step("spared", False, " ".join(one.words for one in against))
    return Step("spared", True, _("Not on the do-not-disconnect list."))


def _notices(order: DisconnectionOrder, at: datetime) -> list[Step]:
    law = rules.disconnection(timezone.localtime(at).date())
    notice = newest(order, Notice.Kind.CUSTOMER)
    delivered = notice is not None and notice.delivered_at is not None
    steps = [Step("notice", delivered, _("The notice reached the customer, with proof."))]
    steps.append(_window(order, notice, law))
    if needs_a_copy(order.account_id, timezone.localtime(at).date()):
        copy = newest(order, Notice.Kind.AUTHORITY)
        got = copy is not None and copy.delivered_at is not None
        steps.append(Step("copy", got, _("The authority has its copy, with proof.")))
    return steps


def _window(order: DisconnectionOrder, notice: Notice | None, law: DisconnectionRules) -> Step:
    """Whole days between the day of delivery and the day of the cut."""
    said = {"least": law.notice_days.least, "most": law.notice_days.most, "day": "–"}
    met = False
    if notice is not None and notice.delivered_at is not None and order.planned_at is not None:
        planned, reached = timezone.localtime(order.planned_at).date(), timezone.localtime(notice.delivered_at).date()
        met = law.notice_days.least <= (planned - reached).days <= law.notice_days.most
        said["day"] = date_format(planned)
    return Step(
        "window", met, _("The cut is announced for %(least)s to %(most)s days after the notice (%(day)s).") % said
    )


def _final(order: DisconnectionOrder, at: datetime, law: DisconnectionRules) -> Step:
    last = newest(order, Notice.Kind.FINAL)
    met = last is not None and last.delivered_at is not None and last.delivered_at + timedelta(
        minutes=law.final_minutes
    ) <= at  # fmt: skip
    said = {"minutes": law.final_minutes}
    return Step("final", met, _("Told again %(minutes)s minutes before.") % said)


def newest(order: DisconnectionOrder, kind: str) -> Notice | None:
    """The notice of a kind that counts: the last one that was issued."""
    rows = Notice.objects.within(EVERYTHING).filter(order=order, kind=kind)
    return rows.order_by("-issued_at", "-pk").first()
