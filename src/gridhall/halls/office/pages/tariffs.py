"""Tariffs as published: by area and class, and every dated version with its prices and sources."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from gridhall.cis.tariffs import calendars
from gridhall.cis.tariffs.actions import publish_shipped
from gridhall.cis.tariffs.models import Tariff
from gridhall.cis.tariffs.queries import parsed, tariffs
from gridhall.halls.lists import listing
from gridhall.halls.office import bands, hours
from gridhall.halls.office.tariffs import (
    CLASSES,
    EVIDENCE,
    charges,
    chosen,
    component_rows,
    price_rows,
    tier_names,
)
from gridhall.halls.page import PageRequest, page
from gridhall.kernel import calendar_versions
from gridhall.platform import policy
from gridhall.platform.tags import Tag


@page("office-tariffs")
def index(request: PageRequest) -> HttpResponse:
    """By area and class; with the version in force today."""
    everything, today = tariffs(), timezone.localdate()
    asked = {name: request.GET.get(name, "") for name in ("area", "class")}
    rows = [one for one in everything if asked["area"] in ("", one.area) and asked["class"] in ("", one.tariff_class)]
    shown = listing(request, rows)
    context = {
        "listing": shown, "asked": asked, "areas": sorted({one.area for one in everything}), "classes": CLASSES.items(),
        "rows": [(one, CLASSES.get(one.tariff_class, one.tariff_class), versions := list(one.versions.all()),
                  chosen(versions, "", today)) for one in shown.rows],
        "may_publish": policy.may(request.actor, Tag.TARIFF_PUBLISH),
        "may_draft": policy.may(request.actor, Tag.DRAFT_CREATE),
    }  # fmt: skip
    return render(request, "office/tariffs.html", context)


@page("office-tariffs-shipped", "POST")
def publish(request: PageRequest) -> HttpResponse:
    """Publishes the tariffs that come with the product and are not here yet."""
    n = publish_shipped(request.actor)
    messages.success(request, ngettext("%(n)s version was new.", "%(n)s versions were new.", n) % {"n": n})
    return redirect("office-tariffs")


@page("office-tariff")
def tariff(request: PageRequest, public_id: UUID) -> HttpResponse:
    """One version in full, and the way to the others."""
    found = Tariff.objects.get(public_id=public_id)
    rows, today = list(found.versions.order_by("valid_from", "pk")), timezone.localdate()
    row = chosen(rows, request.GET.get("version", ""), today)
    if row is None:
        raise Tariff.DoesNotExist
    version = parsed(row.pk)
    ended = version.valid_to is not None and version.valid_to <= today
    year = version.valid_from.year if ended or version.valid_from > today else today.year
    versions = calendars.versions(version.calendar)
    calendar = calendar_versions.on(versions, date(year, 12, 31)) or (versions[-1] if versions else None)
    context = {
        "may_draft": policy.may(request.actor, Tag.DRAFT_CREATE),
        "tariff": found, "row": row, "rows": rows, "version": version, "evidence": EVIDENCE[version.evidence],
        "class": CLASSES.get(version.tariff_class, version.tariff_class), "prices": price_rows(version),
        "tiers": tier_names(version), "components": component_rows(version), "charges": list(charges(version)),
        "months": bands.months(versions, version.tariff_class, year), "year": year,
        "ruler": bands.ruler(), "size": bands.size(),
        "calendar": calendar, "run_out": hours.run_out_sentence(versions, today),
        "calendar_name": hours.name(calendar) if calendar else "",
        "calendar_evidence": EVIDENCE[calendar.evidence] if calendar else "",
        "clauses": sorted(set(row.items.exclude(clause="").values_list("clause", flat=True))),
    }  # fmt: skip
    return render(request, "office/tariff.html", context)
