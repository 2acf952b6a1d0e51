"""The audit log for the auditor: who did what when, and whether the chain of hashes holds."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import islice

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridhall.halls.dates import day_or
from gridhall.halls.lists import listing
from gridhall.halls.office.repair import later
from gridhall.halls.page import PageRequest, page
from gridhall.platform.audit import broken_links
from gridhall.platform.errors import Refused
from gridhall.platform.models import AuditEvent, AuditHead
from gridhall.platform.tags import SENTENCES, Tag

CHECKED_MAX = 200_000  # some ten seconds of hashing; above it the command line checks
BROKEN_SHOWN = 20


@page("office-audit")
def audit(request: PageRequest) -> HttpResponse:
    """Newest first, by verb, subject, person and days."""
    chosen = {name: request.GET.get(name, "").strip() for name in ("tag", "subject", "actor", "first", "last")}
    rows = AuditEvent.objects.within(request.actor.scope).order_by("-at", "-pk")
    for name in ("tag", "subject", "actor"):
        if chosen[name]:
            rows = rows.filter(**{name: chosen[name]})
    first, last = day_or(chosen["first"], None), day_or(chosen["last"], None)  # type: ignore[arg-type]
    if first:
        rows = rows.filter(at__gte=midnight(first))
    if last:
        rows = rows.filter(at__lt=midnight(later(last)))
    shown = listing(request, rows)
    context = {
        "listing": shown, "chosen": chosen, "rows": [(row, sentence(row.tag)) for row in shown.rows],
        "tags": sorted((tag.value, str(words)) for tag, words in SENTENCES.items()),
    }  # fmt: skip
    return render(request, "office/audit.html", context)


def midnight(day: date) -> datetime:
    """The beginning of a day, as a moment that the index of the log knows."""
    return timezone.make_aware(datetime.combine(day, time.min))


def sentence(tag: str) -> str:
    """What was done, in words; a verb of an earlier release by its name."""
    return str(SENTENCES[Tag(tag)]) if tag in set(Tag) else tag


@page("office-audit-verify", "POST")
def verify(request: PageRequest) -> HttpResponse:
    """Follows every chain from its first event to its head."""
    count = sum(AuditHead.objects.values_list("number", flat=True))
    if count > CHECKED_MAX:
        raise Refused(
            _("The log has %(count)s events; check it on the server with “gridhall audit verify”.") % {"count": count}
        )
    broken = list(islice(broken_links(), BROKEN_SHOWN))
    for line in broken:
        messages.error(request, line)
    if not broken:
        words = ngettext(
            "%(n)s event was checked; the chain holds.", "%(n)s events were checked; the chains hold.", count
        )
        messages.success(request, words % {"n": count})
    return redirect("office-audit")
