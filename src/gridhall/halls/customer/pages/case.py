"""A back-bill, a charge for a breach or a correction, explained step by step as a bill is."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from gridhall.cis.cases import queries
from gridhall.cis.cases.document import notice_document
from gridhall.halls.cases import shown
from gridhall.halls.page import PageRequest, page
from gridhall.halls.prints import pdf_response


@page("customer-case")
def case(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What it is, how it comes about, and what is still to be paid."""
    found = queries.case(request.actor.scope, public_id)
    return render(request, "customer/case.html", shown(found))


@page("customer-case-pdf")
def pdf(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The printed notice."""
    found = queries.case(request.actor.scope, public_id)
    return pdf_response("notice", notice_document(found), f"notice-{found.number}.pdf")
