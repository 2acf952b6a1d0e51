"""Typst templates and data to PDF.

Data travels as JSON text in `sys.inputs` and is never evaluated: a customer name that holds template code prints as
that code. Templates may read only the `templates` folder, and only the fonts of the package are used, so the same data
gives the same bytes on every machine.

One compiler serves a process and threads do not make it faster: spread bulk printing over processes. Start them by
`spawn`: the compiler's thread pool does not survive a fork that follows a first rendering.
"""

import functools
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import typst

from gridhall.platform.documents import glyphs, qr
from gridhall.platform.documents.schema import (
    BillDocument,
    Document,
    InvoiceDocument,
    LetterDocument,
    NoticeDocument,
    ReceiptDocument,
    StatementDocument,
)

Language = Literal["zh-hans", "en"]

TEMPLATES = Path(__file__).with_name("templates")
FONTS = Path(__file__).with_name("fonts")
FONT_FILES = (FONTS / "NotoSansSC-Regular.ttf", FONTS / "NotoSansSC-Bold.ttf")
FORMS: dict[str, type[Document]] = {
    "bill": BillDocument,
    "invoice": InvoiceDocument,
    "letter": LetterDocument,
    "notice": NoticeDocument,
    "receipt": ReceiptDocument,
    "statement": StatementDocument,
}
LANGUAGES = ("zh-hans", "en")

# Archival and accessible: opens unchanged in decades, and a screen reader can read it.
STANDARDS: list[Any] = ["a-2a", "ua-1"]

_one_at_a_time = threading.Lock()


class DocumentError(Exception):
    """The document cannot be printed; the message names the field and what to do."""


def render_pdf(template: str, data: Mapping[str, Any] | Document, *, language: Language) -> bytes:
    """Print `data` with the template "bill", "invoice", "letter", "notice", "receipt" or "statement".

    `data` is a document of `schema` or the dictionary of one. The result is PDF/A-2a and PDF/UA-1, dated `issued_at`.
    Raises DocumentError.
    """
    if language not in LANGUAGES:
        raise DocumentError(f"language {language!r} is not printed; use one of {', '.join(LANGUAGES)}")
    document = _checked(template, data)
    compiler = _compiler()
    inputs = {
        "data": msgspec.json.encode(_printable(msgspec.to_builtins(document))).decode(),
        "language": language,
        "code": qr.check_code(template, document.number, document.content_sha256),
    }
    inputs["qr"] = qr.qr_svg(inputs["code"])
    try:
        with _one_at_a_time:
            pdf = compiler.compile(
                TEMPLATES / f"{template}.typ",
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=STANDARDS,
                timestamp=datetime.fromisoformat(document.issued_at),
            )
    except typst.TypstError as error:
        raise DocumentError(f"{template} {document.number}: {error.message}") from error
    assert isinstance(pdf, bytes)
    return pdf


def _checked(template: str, data: Mapping[str, Any] | Document) -> Document:
    form = FORMS.get(template)
    if form is None:
        raise DocumentError(f"there is no template {template!r}; use one of {', '.join(FORMS)}")
    try:
        document: Document = msgspec.convert(msgspec.to_builtins(data), form)
        datetime.fromisoformat(document.issued_at)
    except (msgspec.ValidationError, ValueError, TypeError) as error:
        raise DocumentError(f"{template}: {error}") from error
    return document


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return glyphs.printable(value, FONT_FILES)
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(item) for item in value]
    return value


@functools.cache
def _compiler() -> typst.Compiler:
    missing = [path.name for path in FONT_FILES if not path.is_file()]
    if missing:
        raise DocumentError(f"the fonts {', '.join(missing)} are missing; build the package, which fetches them")
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(root=TEMPLATES, font_paths=fonts)
