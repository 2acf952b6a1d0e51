"""The life of a tax invoice: requested, sent, issued with its number, and taken back when its bill is corrected."""

from __future__ import annotations

import re
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.billing.models import Bill
from gridhall.cis.invoices import rules
from gridhall.cis.invoices.document import document, split
from gridhall.cis.invoices.issuer import Answer, issuer
from gridhall.cis.invoices.models import Invoice
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

GONE = (Invoice.State.REFUSED, Invoice.State.WITHDRAWN)


@action(Tag.INVOICE_REQUEST)
def request_invoice(act: Act, bill_id: int, buyer_name: str, buyer_tax_id: str = "") -> Invoice:
    """Ask for the invoice of a released bill. Refused for a second one, an empty bill and a wrong tax number."""
    rows = lock(Bill.objects.within(act.actor.scope).filter(pk=bill_id))
    if not rows:
        raise NotInScope()
    bill: Bill = rows[0]
    act.on(bill, bill.path, bill.account_id)
    on = timezone.localtime(act.at).date()
    name, tax_id = buyer_name.strip(), buyer_tax_id.strip().upper()
    _check(bill, name, tax_id, on)
    parts = split(bill)
    invoice = Invoice.objects.create(
        bill=bill, account_id=bill.account_id, path=bill.path, buyer_name=name, buyer_tax_id=tax_id,
        net_fen=bill.total_fen - parts.tax_fen, tax_fen=parts.tax_fen, requested_by=act.actor.name, requested_at=act.at,
    )  # fmt: skip
    act.on(invoice, bill.path, bill.account_id)
    act.note(bill=bill.number, gross_fen=invoice.gross_fen)
    return invoice


def _check(bill: Bill, name: str, tax_id: str, on: date) -> None:
    if bill.state != Bill.State.RELEASED or bill.kind not in Bill.RATED:
        raise Refused(_("Only a released bill gets an invoice; a corrected one gets it on its new bill."))
    if bill.total_fen <= 0:
        raise Refused(_("This bill has nothing to invoice."))
    if not name:
        raise Refused(_("Write the name that the invoice is for."))
    if tax_id and not re.fullmatch(rules.form(on).tax_id_pattern, tax_id):
        raise Refused(_("The tax number is not one: it has 18 letters and digits, without I, O, S, V and Z."))
    if Invoice.objects.within(EVERYTHING).filter(bill=bill, kind=Invoice.Kind.BLUE).exclude(state__in=GONE).exists():
        raise Refused(_("This bill has an invoice already."))


@action(Tag.INVOICE_SEND)
def send(act: Act, invoice_id: int) -> Invoice:
    """Hand a requested invoice to the driver. Sent again after a crash it is the same document with the same id."""
    invoice = _locked(act, invoice_id)
    if invoice.state == Invoice.State.REQUESTED and _withdrawn(invoice):
        invoice.state = Invoice.State.WITHDRAWN
    elif invoice.state == Invoice.State.REQUESTED:
        issuer().send(document(invoice))
        invoice.state = Invoice.State.SENT
    invoice.save(update_fields=["state"])
    act.note(bill=invoice.bill.number, state=invoice.state)
    return invoice


def _withdrawn(invoice: Invoice) -> bool:
    """The bill was corrected before anybody saw its invoice."""
    return invoice.kind == Invoice.Kind.BLUE and invoice.bill.state == Bill.State.REVERSED


@action(Tag.INVOICE_ANSWER)
def take_answer(act: Act, answer: Answer) -> Invoice:
    """Keep the number that the tax service gave, or its problem. The same answer twice changes nothing."""
    found = Invoice.objects.within(act.actor.scope).filter(public_id=_uuid(answer.id)).first() if answer.id else None
    if found is None:
        raise Refused(_("There is no invoice with this id."))
    invoice, on = _locked(act, found.pk), timezone.localtime(act.at).date()
    if invoice.state == Invoice.State.ISSUED and invoice.number == answer.number:
        return invoice
    if invoice.state not in (Invoice.State.SENT, Invoice.State.REQUESTED):
        raise Refused(_("This invoice is %(state)s and takes no answer.") % {"state": invoice.get_state_display()})
    if answer.problem:
        invoice.state, invoice.problem = Invoice.State.REFUSED, answer.problem[:200]
    else:
        invoice.number, invoice.issued_on = _number(answer, on), _day(answer.issued_on, on)
        invoice.state = Invoice.State.ISSUED
    invoice.save(update_fields=["state", "problem", "number", "issued_on"])
    act.note(bill=invoice.bill.number, number=invoice.number, state=invoice.state)
    if invoice.state == Invoice.State.ISSUED:
        act.emit("invoice.issued", invoice=str(invoice.public_id), number=invoice.number, bill=invoice.bill.number)
    return invoice


def _number(answer: Answer, on: date) -> str:
    if not re.fullmatch(rules.form(on).number_pattern, answer.number):
        raise Refused(_("The invoice number has to be 20 digits."))
    if Invoice.objects.within(EVERYTHING).filter(number=answer.number).exists():
        raise Refused(_("Another invoice has this number."))
    return answer.number


def _day(text: str, on: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refused(_("Write a day as 2026-11-21.")) from error
    if day > on:
        raise Refused(_("The day of issue lies in the future."))
    return day


@action(Tag.INVOICE_RED)
def take_back(act: Act, invoice_id: int) -> Invoice:
    """Ask for the red-letter invoice of an issued one whose bill was reversed."""
    blue = _locked(act, invoice_id)
    if blue.kind != Invoice.Kind.BLUE or blue.state != Invoice.State.ISSUED or blue.bill.state != Bill.State.REVERSED:
        raise Refused(_("A red-letter invoice takes back an issued invoice of a reversed bill."))
    if Invoice.objects.within(EVERYTHING).filter(red_of=blue).exists():
        raise Refused(_("This invoice is taken back already."))
    red = Invoice.objects.create(
        bill=blue.bill, account_id=blue.account_id, path=blue.path, kind=Invoice.Kind.RED, red_of=blue,
        buyer_name=blue.buyer_name, buyer_tax_id=blue.buyer_tax_id, net_fen=-blue.net_fen, tax_fen=-blue.tax_fen,
        requested_by=act.actor.name, requested_at=act.at,
    )  # fmt: skip
    act.on(red, red.path, red.account_id)
    act.note(bill=blue.bill.number, takes_back=blue.number)
    return red


def _locked(act: Act, invoice_id: int) -> Invoice:
    rows = lock(Invoice.objects.within(act.actor.scope).filter(pk=invoice_id))
    if not rows:
        raise NotInScope()
    act.on(rows[0], rows[0].path, rows[0].account_id)
    return rows[0]


def _uuid(text: str) -> str | None:
    return text if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) else None
