"""Direct debit (代扣): mandates, and the list of debits that a bank is asked for. The money is only announced."""

from __future__ import annotations

import zlib
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.channels.mandates import FILES
from gridhall.cis.channels.models import DebitFile, Link, Mandate
from gridhall.cis.customers.models import Account
from gridhall.cis.payments.actions import announce
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import standing
from gridhall.codecs.payments import bank_file, pain008
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.models import OrgUnit
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.sealing import seal
from gridhall.platform.tags import Tag

Asked = tuple[Mandate, Payment]


@action(Tag.MANDATE_SIGN)
def sign_mandate(
    act: Act, link_id: int, account_id: int, reference: str, holder: str, bank_account: str, signed_on: date,
    bic: str = "",
) -> Mandate:  # fmt: skip
    """Keep a customer's leave to collect; one in force an account."""
    link = Link.objects.within(EVERYTHING).filter(pk=link_id, active=True).first()
    accounts = lock(Account.objects.within(act.actor.scope).filter(pk=account_id))
    if link is None or not accounts or not accounts[0].path.startswith(link.path):
        raise NotInScope()
    account = accounts[0]
    if not (reference.strip() and holder.strip() and bank_account.strip().isalnum()):
        raise Refused(_("A mandate needs its number, the holder's name and the account at the bank."))
    if signed_on > timezone.localtime(act.at).date():
        raise Refused(_("A mandate is not signed on a day to come."))
    if Mandate.objects.within(EVERYTHING).filter(link=link, reference=reference.strip()).exists():
        raise Refused(_("This bank has a mandate of this number already."))
    if Mandate.objects.within(EVERYTHING).filter(account=account, ended_on__isnull=True).exists():
        raise Refused(_("This account has a mandate in force; end it first."))
    mandate = Mandate.objects.create(
        link=link, account=account, path=account.path, reference=reference.strip(), holder=holder.strip(),
        bank_account=bank_account.strip(), bic=bic, signed_on=signed_on,
    )  # fmt: skip
    act.on(mandate, account.path, account.pk)
    return mandate


@action(Tag.MANDATE_END)
def end_mandate(act: Act, mandate_id: int) -> Mandate:
    """No debit is asked for any more."""
    rows = lock(Mandate.objects.within(act.actor.scope).filter(pk=mandate_id))
    if not rows:
        raise NotInScope()
    mandate: Mandate = rows[0]
    act.on(mandate, mandate.path, mandate.account_id)
    mandate.ended_on = mandate.ended_on or timezone.localtime(act.at).date()
    mandate.save(update_fields=["ended_on"])
    return mandate


@action(Tag.DEBITS_ASK)
def ask_debits(act: Act, link_id: int, collect_on: date) -> DebitFile:
    """Announce what accounts with a mandate owe, and write the list for the bank in its own format.

    An account whose earlier debit is still announced is left out. Raises Refused when there is nothing to ask for.
    """
    links = lock(Link.objects.within(act.actor.scope).filter(pk=link_id))
    if not links:
        raise NotInScope()
    link: Link = links[0]
    if link.adapter not in FILES:
        raise Refused(_("This partner takes no lists of debits."))
    asked = [(one, order) for one in _in_force(act, link) if (order := _order(act, link, one, collect_on))]
    if not asked:
        raise Refused(_("No account with a mandate owes anything that was not asked for already."))
    write = _pain008 if link.adapter == Link.Adapter.ISO20022 else _pipes
    row = DebitFile.objects.create(
        link=link, path=link.path, collect_on=collect_on, items=len(asked), asked_at=act.at, asked_by=act.actor.name,
        total_fen=sum(order.amount_fen for _mandate, order in asked),
        content=seal(zlib.compress(write(act, link, collect_on, asked))),
    )  # fmt: skip
    Mandate.objects.within(EVERYTHING).filter(pk__in=[mandate.pk for mandate, _order in asked]).update(used_at=act.at)
    act.on(row, row.path)
    act.note(items=row.items, total_fen=row.total_fen, collect_on=str(collect_on))
    return row


def _in_force(act: Act, link: Link) -> list[Mandate]:
    rows = Mandate.objects.within(act.actor.scope).filter(link=link, ended_on__isnull=True)
    waiting = Payment.objects.within(EVERYTHING).filter(link_code=link.code, state=Payment.State.PENDING)
    return list(rows.exclude(account_id__in=waiting.values("account_id")).select_related("account").order_by("pk"))


def _order(act: Act, link: Link, mandate: Mandate, collect_on: date) -> Payment | None:
    due_fen = standing(mandate.account_id, collect_on).due_fen
    if due_fen <= 0:
        return None
    key = f"debit:{link.code}:{collect_on}:{mandate.account_id}"
    return announce(
        act, mandate.account_id, due_fen, link.channel, Payment.Method.DEBIT, key=key, link_code=link.code,
        reference=mandate.reference,
    )  # fmt: skip


def _pain008(act: Act, link: Link, collect_on: date, asked: list[Asked]) -> bytes:
    unit = OrgUnit.objects.within(EVERYTHING).filter(path=link.path).first()
    creditor = pain008.Creditor(
        unit.name_en if unit else link.name, link.own_account, link.app_id, link.partner_id, link.currency
    )
    debits = [
        pain008.Collection(
            order.order_number, order.amount_fen, mandate.reference, mandate.signed_on, mandate.holder,
            mandate.bank_account, f"Electricity, account {mandate.account.number}", mandate.bic,
            mandate.used_at is None,
        )
        for mandate, order in asked
    ]  # fmt: skip
    return pain008.write(f"{link.code}-{asked[0][1].pk}", timezone.localtime(act.at), collect_on, creditor, debits)


def _pipes(act: Act, link: Link, collect_on: date, asked: list[Asked]) -> bytes:
    debits = [
        bank_file.Debit(
            order.order_number, mandate.account.number, mandate.bank_account, order.amount_fen, mandate.holder
        )
        for mandate, order in asked
    ]
    return bank_file.write_debits(link.partner_id or link.code, collect_on, debits, link.charset)
