"""Opening a case, and calculating it as often as its facts change, until a second person confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.cases.calculate import calculate
from gridhall.cis.cases.checks import require_possible
from gridhall.cis.cases.limits import require_within
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.terms import Calculation, Terms, plain, terms_of
from gridhall.cis.customers.models import Account
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.ids import allocate_ids
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

OPEN = (Case.State.DRAFT, Case.State.CALCULATED)


@dataclass(frozen=True)
class Facts:
    """What a person enters. ``evidence`` names documents, one a line; ``note`` is the reason the customer reads."""

    found_on: date
    terms: Terms
    found_by: str = ""
    evidence: str = ""
    note: str = ""
    other_account_id: int | None = None


@action(Tag.CASE_OPEN)
def open_case(act: Act, account_id: int, kind: str, facts: Facts) -> Case:
    """A draft: what was found or asked, not yet calculated. Refused for a kind that is none and for a day to come."""
    account = Account.objects.within(act.actor.scope).filter(pk=account_id).first()
    if account is None:
        raise NotInScope()
    if kind not in Case.Kind.values:
        raise Refused(_("Choose what kind of case it is."))
    pk, on = allocate_ids(Case, 1), timezone.localtime(act.at).date()
    case = Case(
        pk=pk, number=f"C{on:%Y%m%d}{pk:06d}", kind=kind, account=account, path=account.path,
        opened_by=act.actor.name, opened_by_user=act.actor.user_id, opened_at=act.at,
    )  # fmt: skip
    _take(act, case, facts, on)
    case.save(force_insert=True)
    act.on(case, case.path)
    act.note(number=case.number, kind=kind, account=account.number)
    return case


@action(Tag.CASE_CALCULATE)
def calculate_case(act: Act, case_id: int, facts: Facts | None = None) -> Case:
    """Keep changed facts, calculate, keep every step. Whoever does this is the maker and cannot confirm."""
    case, _accounts = locked(act, case_id)
    on = timezone.localtime(act.at).date()
    if case.state not in OPEN:
        raise Refused(_("Only a case that is not confirmed can be calculated; withdraw it and open another."))
    if facts is not None:
        _take(act, case, facts, on)
    keep(case, calculated(case, act.actor.user_id, on))
    case.state, case.made_by, case.made_by_user, case.made_at = (
        Case.State.CALCULATED, act.actor.name, act.actor.user_id, act.at,
    )  # fmt: skip
    case.save()
    act.note(number=case.number, recovered_fen=case.recovered_fen, charge_fen=case.charge_fen)
    return case


def _take(act: Act, case: Case, facts: Facts, on: date) -> None:
    if facts.found_on > on:
        raise Refused(_("The day of the find lies in the future."))
    other = Account.objects.within(act.actor.scope).filter(pk=facts.other_account_id)
    if facts.other_account_id is not None and not other.exists():
        raise NotInScope()
    case.found_on, case.found_by, case.evidence, case.note = (
        facts.found_on, facts.found_by[:80], facts.evidence[:2000], facts.note[:200],
    )  # fmt: skip
    case.terms, case.other_account_id = plain(facts.terms), facts.other_account_id


def calculated(case: Case, maker: int | None, on: date) -> Calculation:
    """The calculation as the facts stand now. Refused outside what the books, other cases and the limits allow."""
    result = calculate(case.kind, case.account, terms_of(case.terms), case.found_on)
    require_possible(case, result)
    require_within(case, result.recovered_fen + result.charge_fen, maker, on)
    return result


def keep(case: Case, result: Calculation) -> None:
    """Put a calculation on its case."""
    case.calculation, case.energy_wh = plain(result), result.energy_wh
    case.recovered_fen, case.charge_fen = result.recovered_fen, result.charge_fen


def locked(act: Act, case_id: int) -> tuple[Case, list[Account]]:
    """The case with its accounts, locked, its own first. Raises NotInScope to those who may not know of it."""
    found = Case.objects.within(act.actor.scope).filter(pk=case_id).first()
    if found is None:
        raise NotInScope()
    ids = [pk for pk in (found.account_id, found.other_account_id) if pk is not None]
    accounts = {account.pk: account for account in lock(Account.objects.within(EVERYTHING).filter(pk__in=ids))}
    case: Case = lock(Case.objects.within(act.actor.scope).filter(pk=case_id))[0]
    act.on(case, case.path)
    return case, [accounts[pk] for pk in ids]
