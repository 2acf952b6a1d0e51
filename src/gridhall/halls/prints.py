"""Printed documents as answers."""

from __future__ import annotations

from django.http import HttpResponse

from gridhall.halls.formats import chinese
from gridhall.platform.documents.render import render_pdf
from gridhall.platform.documents.schema import Document


def pdf_response(template: str, document: Document, file_name: str) -> HttpResponse:
    """The document as a PDF to keep, in the reader's language."""
    content = render_pdf(template, document, language="zh-hans" if chinese() else "en")
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
