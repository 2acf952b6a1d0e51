"""Switching an account to prepayment and back, the customer's own alarm level, and holding a stop."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Account
from gridhall.cis.prepay.models import PrepayTerms, Standing
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

ALARM_FEN_MAX = 100_000_000_00
HOLD_DAYS_MAX = 92


@action(Tag.PREPAY_START)
def start_prepay(act: Act, account_id: int, channel: str = PrepayTerms.Channel.SMS) -> PrepayTerms:
    """The account prepays from today on. Its debts stay in the books and count in its balance."""
    account = _locked(act, account_id)
    if account.status != Account.Status.ACTIVE:
        raise Refused(_("The account is closed; it cannot prepay."))
    if open_terms(account_id) is not None:
        raise Refused(_("The account prepays already."))
    if channel not in PrepayTerms.Channel.values:
        raise Refused(_("Choose a text message or an e-mail."))
    today = timezone.localtime(act.at).date()
    terms = PrepayTerms.objects.filter(account_id=account_id, valid_to__gte=today).first()
    if terms is None:
        terms = PrepayTerms.objects.create(account=account, path=account.path, valid_from=today, channel=channel)
    else:  # ended and begun again on one day: it never stopped
        terms.valid_to, terms.channel = None, channel
        terms.save(update_fields=["valid_to", "channel"])
    act.on(terms, account.path, account.pk)
    act.note(account=account.number, channel=channel)
    return terms


@action(Tag.PREPAY_END)
def end_prepay(act: Act, account_id: int, reason: str) -> PrepayTerms:
    """Back to paying after the bill, at once; nobody is warned or cut off by balance any more."""
    terms = _terms(act, _locked(act, account_id))
    if not reason.strip():
        raise Refused(_("Give a reason for ending prepayment."))
    terms.valid_to = max(timezone.localtime(act.at).date(), terms.valid_from + timedelta(days=1))
    terms.save(update_fields=["valid_to"])
    Standing.objects.within(EVERYTHING).filter(account_id=account_id).delete()
    act.note(reason=reason)
    return terms


@action(Tag.PREPAY_ALARM_SET)
def set_alarm(act: Act, account_id: int, alarm_fen: int | None, channel: str) -> PrepayTerms:
    """Warn below ``alarm_fen`` (None: as the rules say) over ``channel``; the customer's own choice."""
    terms = _terms(act, _locked(act, account_id))
    if alarm_fen is not None and not 0 <= alarm_fen <= ALARM_FEN_MAX:
        raise Refused(_("The alarm level must lie between zero and one hundred million yuan."))
    if channel not in PrepayTerms.Channel.values:
        raise Refused(_("Choose a text message or an e-mail."))
    act.note(before_fen=terms.alarm_fen, after_fen=alarm_fen, channel=channel)
    terms.alarm_fen, terms.channel = alarm_fen, channel
    terms.save(update_fields=["alarm_fen", "channel"])
    return terms


@action(Tag.PREPAY_HOLD)
def hold_stops(act: Act, account_id: int, until: date | None, reason: str) -> PrepayTerms:
    """No stop before ``until``; None lifts the hold."""
    terms, today = _terms(act, _locked(act, account_id)), timezone.localtime(act.at).date()
    if not reason.strip():
        raise Refused(_("Give a reason."))
    if until is not None and not today < until <= today + timedelta(days=HOLD_DAYS_MAX):
        raise Refused(
            _("Hold until a day between tomorrow and %(day)s.")
            % {"day": date_format(today + timedelta(days=HOLD_DAYS_MAX))}
        )
    terms.hold_until, terms.hold_reason = until, reason
    terms.save(update_fields=["hold_until", "hold_reason"])
    act.note(until=until, reason=reason)
    return terms


def open_terms(account_id: int) -> PrepayTerms | None:
    """The prepayment that an account stands under."""
    return PrepayTerms.objects.filter(account_id=account_id, valid_to__isnull=True).first()


def _locked(act: Act, account_id: int) -> Account:
    rows = lock(Account.objects.within(act.actor.scope).filter(pk=account_id))
    if not rows:
        raise NotInScope()
    account: Account = rows[0]
    act.on(account, account.path, account.pk)
    return account


def _terms(act: Act, account: Account) -> PrepayTerms:
    terms = open_terms(account.pk)
    if terms is None:
        raise Refused(_("The account does not prepay."))
    act.on(terms, account.path, account.pk)
    return terms
