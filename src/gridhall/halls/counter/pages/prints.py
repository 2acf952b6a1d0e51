"""What the counter prints: receipt, statement and bill as PDF in the reader's language."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language

from gridhall.cis.billing import queries as billing
from gridhall.cis.cases import queries as cases
from gridhall.cis.customers import queries as customers
from gridhall.cis.ledger import queries as ledger
from gridhall.cis.payments.document import statement_document
from gridhall.cis.prepay.document import receipt_with_token
from gridhall.halls.counter.pages.receipt import find
from gridhall.halls.counter.pages.statement import period
from gridhall.halls.page import PageRequest, page
from gridhall.platform.documents.render import render_pdf
from gridhall.platform.documents.schema import Document
from gridhall.platform.errors import NotInScope


@page("counter-receipt-pdf")
def receipt_pdf(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The receipt of one payment."""
    return _pdf("receipt", receipt_with_token(find(request.actor.scope, public_id)))


@page("counter-statement-pdf")
def statement_pdf(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The statement of the days that the address names."""
    account = customers.account_by_public_id(request.actor.scope, public_id)
    first, last, _form = period(request)
    books = ledger.statement(account.pk, first, last)
    return _pdf("statement", statement_document(account, first, last, books))


@page("counter-bill-pdf")
def bill_pdf(request: PageRequest, public_id: UUID) -> HttpResponse:
    """A released bill once more."""
    bill = billing.bill(request.actor.scope, public_id)
    if bill is None or bill.state not in billing.SHOWN:
        raise NotInScope()
    if bill.of_a_case:
        return redirect("counter-case", cases.case_of(bill).public_id)
    return _pdf("bill", billing.bill_document(bill))


def _pdf(template: str, document: Document) -> HttpResponse:
    language = "zh-hans" if (get_language() or "").startswith("zh") else "en"
    content = render_pdf(template, document, language=language)
    headers = {"Content-Disposition": f'inline; filename="{template}-{document.number}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
