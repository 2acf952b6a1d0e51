"""Suspending, reducing and restoring the operating capacity of an account (暂停, 减容, 恢复)."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.billing import suspension
from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.network.models import ServicePointTerms
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag


@action(Tag.CAPACITY_SET)
def set_operating_capacity(
    act: Act, account_id: int, kva_e6: int, on: date, reason: str, until: date | None = None
) -> ServicePointTerms:
    """``kva_e6`` operate from ``on`` (0: suspended); from ``until``, where given, what operated before again.

    The terms are cut at both days, so that capacity is charged by the days of each. Raises Refused for more than the
    contract capacity, a stretch shorter than the rules allow, days that are billed already, and a missing reason.
    """
    rows = lock(Account.objects.within(act.actor.scope).filter(pk=account_id))
    if not rows:
        raise NotInScope()
    account: Account = rows[0]
    act.on(account, account.path)
    held = _terms(account, on)
    _check(held, kva_e6, on, until, reason)
    require_unbilled(account, on)
    before, ends = held.operating_capacity_kva_e6, held.valid_to
    fresh = _from(held, on)
    fresh.operating_capacity_kva_e6, fresh.valid_to = kva_e6, until or ends
    if held.valid_from == on:
        held.delete()  # it never held: its first day is the day of the change
    else:
        held.valid_to = on
        held.save(update_fields=["valid_to"])
    fresh.save()
    if until is not None:
        restored = _from(fresh, until)
        restored.operating_capacity_kva_e6, restored.valid_to = before, ends
        restored.save()
    act.note(before_kva_e6=before, kva_e6=kva_e6, on=str(on), until=str(until or ""), reason=reason)
    return fresh


def _terms(account: Account, on: date) -> ServicePointTerms:
    agreement = Agreement.objects.on(on).filter(account=account, direction=Agreement.Direction.IMPORT).first()
    terms = agreement and ServicePointTerms.objects.on(on).filter(service_point_id=agreement.service_point_id).first()
    if not terms:
        raise Refused(_("The account has no supply on %(day)s.") % {"day": date_format(on)})
    return terms


def _from(terms: ServicePointTerms, on: date) -> ServicePointTerms:
    """An unsaved copy that begins on a day."""
    columns = [f.attname for f in ServicePointTerms._meta.concrete_fields if f.attname not in ("id", "valid_from")]
    return ServicePointTerms(valid_from=on, **{name: getattr(terms, name) for name in columns})


def _check(held: ServicePointTerms, kva_e6: int, on: date, until: date | None, reason: str) -> None:
    if not 0 <= kva_e6 <= held.contract_capacity_kva_e6:
        raise Refused(_("The operating capacity lies between nothing and the contract capacity."))
    if kva_e6 == held.operating_capacity_kva_e6:
        raise Refused(_("This capacity operates already."))
    if not reason.strip():
        raise Refused(_("Give the reason, for example the application it follows."))
    if until is None:
        return
    if held.valid_to is not None and until > held.valid_to:
        raise Refused(_("Other terms begin on %(day)s; end it before.") % {"day": date_format(held.valid_to)})
    least = suspension.in_force(on).minimum_days
    if (until - on).days < least:
        raise Refused(_("A suspension or reduction lasts at least %(days)s days.") % {"days": least})


def require_unbilled(account: Account, on: date) -> None:
    """Raises Refused where a bill of the account covers the day or a later one."""
    billed = Bill.objects.within(EVERYTHING).filter(account=account, period_to__gt=on)
    billed = billed.exclude(state__in=(Bill.State.REVERSED, Bill.State.SUPPRESSED)).filter(kind__in=Bill.RATED)
    found = billed.order_by("-period_to").first()
    if found is not None:
        raise Refused(
            _("Bill %(number)s already covers days until %(end)s; reverse it first, or choose a later day.")
            % {"number": found.number, "end": date_format(found.period_to)}
        )
