"""Publishing a tariff version."""

from __future__ import annotations

import hashlib
from datetime import date

from django.utils.translation import gettext as _

from gridhall.cis.tariffs import day_facts
from gridhall.cis.tariffs.items import possible_items
from gridhall.cis.tariffs.models import DayFact, Tariff, TariffItem, TariffVersion
from gridhall.kernel import shipped
from gridhall.kernel import tariffs as kernel_tariffs
from gridhall.platform.actions import Act, action
from gridhall.platform.actor import Actor
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag

CELSIUS_TENTHS = (-600, 600)  # no place on Earth was outside


@action(Tag.TARIFF_PUBLISH)
def publish(act: Act, text: str) -> TariffVersion:
    """Store a version written in the YAML form. Publishing the same content twice gives the first row."""
    try:
        version = kernel_tariffs.load(text)
    except kernel_tariffs.TariffError as error:
        raise Refused(_("The tariff cannot be read: %(problem)s") % {"problem": error}) from error
    return _store(act, version, text)


@action(Tag.TARIFF_PUBLISH)
def publish_parsed(act: Act, version: kernel_tariffs.TariffVersion) -> TariffVersion:
    """Store a version that the product ships."""
    return _store(act, version, "")


def _store(act: Act, version: kernel_tariffs.TariffVersion, text: str) -> TariffVersion:
    document = kernel_tariffs.to_json(version)
    tariff, _made = Tariff.objects.get_or_create(
        code=version.code,
        defaults={
            "name_zh": version.name.zh,
            "name_en": version.name.en,
            "area": version.area,
            "tariff_class": version.tariff_class,
        },
    )
    row, is_new = TariffVersion.objects.get_or_create(
        tariff=tariff,
        valid_from=version.valid_from,
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        defaults={
            "valid_to": version.valid_to,
            "document": document,
            "text": text,
            "published_at": act.at,
            "published_by": act.actor.name,
            "warnings": kernel_tariffs.warnings(version),
        },
    )
    if is_new:
        TariffItem.objects.bulk_create(
            TariffItem(
                version=row, kind=item.kind, period=item.period or "", tier=item.tier or 0,
                component=item.component or "",
                unit=item.unit.value, included=item.included, clause=item.clause,
            )
            for item in possible_items(version)
        )  # fmt: skip
    act.subject = f"tariff-version:{version.code}:{version.valid_from}"
    act.note(sha256=row.sha256, warnings=len(row.warnings))
    return row


@action(Tag.DAY_FACT_RECORD)
def record_day_fact(act: Act, place: str, day: date, celsius_tenths: int | None, source: str) -> DayFact:
    """The highest temperature of a day at a place; None takes back what was recorded. Nothing is edited."""
    if place not in day_facts.places():
        known = ", ".join(sorted(day_facts.places()))
        raise Refused(
            _("No calendar asks for the weather of %(place)s; known: %(known)s.") % {"place": place, "known": known}
        )
    if celsius_tenths is not None and not CELSIUS_TENTHS[0] <= celsius_tenths <= CELSIUS_TENTHS[1]:
        raise Refused(
            _("%(value)s °C is not a temperature of a day; check the number.") % {"value": celsius_tenths / 10}
        )
    if day > act.at.date():
        raise Refused(_("The day has not ended yet; record it afterwards."))
    if not source.strip():
        raise Refused(_("Say where the figure comes from."))
    row = DayFact.objects.create(
        place=place, day=day, celsius_tenths=celsius_tenths, source=source.strip(), recorded_at=act.at,
        recorded_by=act.actor.name,
    )  # fmt: skip
    act.subject = f"day-fact:{row.pk}"
    act.note(place=place, day=str(day), celsius_tenths=celsius_tenths)
    return row


def publish_shipped(actor: Actor) -> int:
    """Publish every tariff that comes with the product and is not yet here; returns how many were new."""
    have = set(TariffVersion.objects.values_list("sha256", flat=True))
    new = 0
    for versions in shipped.tariffs().values():
        for version in versions:
            if hashlib.sha256(kernel_tariffs.to_json(version).encode()).hexdigest() not in have:
                publish_parsed(actor, version)
                new += 1
    return new
