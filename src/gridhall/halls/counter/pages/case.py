"""A case at the counter: the same explanation as the customer has, and the notice to print."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from gridhall.cis.cases import queries
from gridhall.cis.cases.document import notice_document
from gridhall.cis.cases.models import Case
from gridhall.halls.cases import shown
from gridhall.halls.page import PageRequest, page
from gridhall.halls.prints import pdf_response
from gridhall.platform.errors import NotInScope


@page("counter-case")
def case(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What was posted; what the office still works on is not for the counter."""
    return render(request, "counter/case.html", shown(_posted(request, public_id)))


@page("counter-case-pdf")
def pdf(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The printed notice."""
    found = _posted(request, public_id)
    return pdf_response("notice", notice_document(found), f"notice-{found.number}.pdf")


def _posted(request: PageRequest, public_id: UUID) -> Case:
    found = queries.case(request.actor.scope, public_id)
    if found.posted_at is None:
        raise NotInScope()
    return found
