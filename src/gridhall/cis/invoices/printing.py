"""An issued tax invoice as a printed document, under the names that the dated form gives its fields."""

from __future__ import annotations

import hashlib
from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.billing.document import account_block, money, utility
from gridhall.cis.invoices import rules
from gridhall.cis.invoices.document import InvoiceDocument, as_json, document
from gridhall.cis.invoices.models import Invoice
from gridhall.platform.documents import schema as doc
from gridhall.platform.documents.schema import Words
from gridhall.platform.errors import Refused

KINDS = {"blue": Words("蓝字发票", "Invoice"), "red": Words("红字发票", "Red-letter invoice")}
APART = ("issued_on", "red_of", "gross", "gross_in_capitals")  # they stand in the head or on the card
COPY = Words(
    "本件为数电票的打印件，以税务部门电子发票服务平台查验结果为准。",
    "This is a print of the digital invoice; what the tax service's platform says of its number counts.",
)


def printed(invoice: Invoice) -> doc.InvoiceDocument:
    """The print of an invoice. Refused before the tax service gave its number: without one it is no invoice."""
    if invoice.state != Invoice.State.ISSUED or invoice.issued_on is None:
        raise Refused(_("The invoice has no number yet; it can be printed once the tax service has issued it."))
    neutral, form = document(invoice), rules.form(invoice.issued_on)
    gross = next(row for row in form.fields if row.path == "gross")
    midnight = timezone.make_aware(datetime.combine(invoice.issued_on, time()))
    return doc.InvoiceDocument(
        number=invoice.number,
        issued_at=midnight.isoformat(timespec="seconds"),
        content_sha256=hashlib.sha256(as_json(neutral)).hexdigest(),
        utility=utility(invoice.path),
        account=account_block(invoice.bill.account, "", None, invoice.issued_on),
        title=KINDS[neutral.kind],
        gross_label=Words(gross.zh, gross.en),
        gross=money(invoice.gross_fen),
        gross_in_words=neutral.gross_in_capitals,
        facts=tuple(_facts(neutral, form)),
        columns=tuple(Words(row.zh, row.en) for row in form.line_fields),
        rows=tuple(tuple(_cell(getattr(line, row.path)) for row in form.line_fields) for line in neutral.lines),
        takes_back=_takes_back(neutral),
        notes=(COPY,),
    )


def _facts(neutral: InvoiceDocument, form: rules.Form) -> list[doc.Fact]:
    """The number first, then every field of the form that has a value."""
    facts = []
    for row in sorted(form.fields, key=lambda row: row.path != "number"):
        value: object = neutral
        for step in row.path.split("."):
            value = getattr(value, step)
        if value and row.path not in APART:
            shown = KINDS[str(value)] if row.path == "kind" else str(value)
            facts.append(doc.Fact(label=Words(row.zh, row.en), value=shown))
    return facts


def _takes_back(neutral: InvoiceDocument) -> Words | None:
    if not neutral.red_of:
        return None
    return Words(f"本票红冲蓝字发票 {neutral.red_of}", f"Takes back invoice {neutral.red_of}")


def _cell(value: object) -> str:
    return "–" if value in ("", None) else str(value)
