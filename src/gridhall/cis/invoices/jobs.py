"""Invoices on their way: what was requested goes out, numbers come in, corrected bills are taken back."""

from __future__ import annotations

from datetime import timedelta

from gridhall.cis.billing.models import Bill
from gridhall.cis.invoices.actions import send, take_answer, take_back
from gridhall.cis.invoices.issuer import issuer
from gridhall.cis.invoices.models import Invoice
from gridhall.platform.actor import Actor, system
from gridhall.platform.errors import Refused
from gridhall.platform.jobs import Running, handler
from gridhall.platform.scope import EVERYTHING

AT_ONCE = 500  # a round stays short, so that other jobs get their turn


@handler("invoices", every=timedelta(minutes=1))
def exchange(running: Running) -> None:
    """One round with the tax service; an invoice or an answer is one action."""
    by, done = system("invoices"), 0
    waiting = Invoice.objects.within(EVERYTHING).filter(state=Invoice.State.REQUESTED).order_by("pk")
    for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]):
        send(by, pk)
        done += 1
        running.report(done, done)
    for _batch in take_answers(by):
        done += 1
        running.report(done, done)


@handler("invoices-corrected", every=timedelta(minutes=30))
def correct(running: Running) -> None:
    """Red-letter invoices for bills that were reversed; among a million invoices the look takes seconds."""
    found = _to_take_back()
    for done, pk in enumerate(found, 1):
        take_back(system("invoices"), pk)
        running.report(done, len(found))


def _to_take_back() -> list[int]:
    rows = Invoice.objects.within(EVERYTHING).filter(kind=Invoice.Kind.BLUE, state=Invoice.State.ISSUED)
    rows = rows.filter(bill__state=Bill.State.REVERSED, red__isnull=True)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def take_answers(by: Actor) -> list[str]:
    """Take everything that the tax service answered; the names of the batches."""
    port, names = issuer(), []
    for batch in port.answers():
        refused = []
        for answer in batch.answers:
            try:
                take_answer(by, answer)
            except Refused as error:
                refused.append((answer, str(error)))
        port.done(batch, refused)
        names.append(batch.name)
    return names
