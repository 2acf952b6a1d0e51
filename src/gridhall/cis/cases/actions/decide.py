"""Confirming by a second person, and by a supervisor above the limit; what was seen is what is posted."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.cases.actions.make import calculated, locked
from gridhall.cis.cases.checks import require_evidence
from gridhall.cis.cases.limits import needs_supervisor
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.posting import post_case
from gridhall.cis.cases.rules import correction_policy
from gridhall.cis.cases.terms import calculation_of
from gridhall.cis.customers.models import Account
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag


@action(Tag.CASE_CONFIRM)
def confirm_case(act: Act, case_id: int, seen_fen: int) -> Case:
    """A second person agrees to the ``seen_fen`` that was shown. Posted at once, or left to a supervisor if large.

    Refused to whoever opened or made it, without evidence, and where calculating again gives anything else.
    """
    case, accounts = locked(act, case_id)
    on = timezone.localtime(act.at).date()
    if case.state != Case.State.CALCULATED:
        raise Refused(_("Only a calculated case can be confirmed, and only once."))
    if act.actor.user_id in (case.opened_by_user, case.made_by_user):
        raise Refused(_("You have made this case; a second person confirms it."))
    require_evidence(case)
    _require_unchanged(case, seen_fen, on)
    case.confirmed_by, case.confirmed_by_user, case.confirmed_at = act.actor.name, act.actor.user_id, act.at
    if needs_supervisor(case, on):
        case.state = Case.State.CONFIRMED
        case.save()
    else:
        _post(act, case, accounts, on)
    act.note(number=case.number, total_fen=case.total_fen, state=case.state)
    return case


@action(Tag.CASE_APPROVE)
def approve_case(act: Act, case_id: int, seen_fen: int) -> Case:
    """The supervisor's word on a large case that a second person has confirmed: a third person."""
    case, accounts = locked(act, case_id)
    on = timezone.localtime(act.at).date()
    if case.state != Case.State.CONFIRMED:
        raise Refused(_("Only a confirmed case that waits for a supervisor can be approved."))
    if act.actor.user_id in (case.opened_by_user, case.made_by_user, case.confirmed_by_user):
        raise Refused(_("You have had a hand in this case; another person approves it."))
    _require_unchanged(case, seen_fen, on)
    case.approved_by = act.actor.name
    _post(act, case, accounts, on)
    act.note(number=case.number, total_fen=case.total_fen)
    return case


def _require_unchanged(case: Case, seen_fen: int, on: date) -> None:
    """Bills, tariffs or rules may have changed since: then nobody has agreed to the new figures."""
    again = calculated(case, case.made_by_user, on)
    if again != calculation_of(case.calculation) or seen_fen != case.total_fen:
        raise Refused(_("The figures have changed since they were calculated; calculate the case again."))


def _post(act: Act, case: Case, accounts: list[Account], on: date) -> None:
    case.state, case.posted_at = Case.State.POSTED, act.at
    case.due_on = on + timedelta(days=correction_policy(on).due_days)
    case.save()
    post_case(act, case, accounts, on)
    act.emit(
        "case.posted", case=case.number, kind=case.kind, account=accounts[0].number, total_fen=case.total_fen,
        due_on=str(case.due_on),
    )  # fmt: skip
