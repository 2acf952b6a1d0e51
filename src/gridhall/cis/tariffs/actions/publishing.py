"""Publishing tariff versions and the hours of calendars."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from gridhall.cis.tariffs import calendars
from gridhall.cis.tariffs.items import possible_items
from gridhall.cis.tariffs.models import CalendarVersion, Tariff, TariffItem, TariffVersion
from gridhall.kernel import shipped
from gridhall.kernel import tariffs as kernel_tariffs
from gridhall.kernel.calendars import load_calendar
from gridhall.platform.actions import Act, action
from gridhall.platform.actor import Actor
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag


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
    if version.calendar and version.calendar not in calendars.known():
        raise Refused(_("Calendar %(code)s is not known; publish its hours first.") % {"code": version.calendar})
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
            "warnings": [*kernel_tariffs.warnings(version), *calendars.warnings(version)],
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


@action(Tag.CALENDAR_PUBLISH)
def publish_calendar(act: Act, text: str) -> CalendarVersion:
    """Hours in the YAML form, in force from their ``valid_from``; earlier versions stay as they are.

    Publishing the same content twice gives the first row.
    """
    try:
        calendar = load_calendar(text)
    except kernel_tariffs.TariffError as error:
        raise Refused(_("The calendar cannot be read: %(problem)s") % {"problem": error}) from error
    if calendar.valid_from is None:
        raise Refused(_("valid_from: write the first day of these hours, such as 2026-01-01."))
    earlier = calendars.known().get(calendar.code)
    if earlier is not None and earlier[-1].area != calendar.area:
        raise Refused(
            _("%(code)s is the calendar of %(area)s; give another area a code of its own.")
            % {"code": calendar.code, "area": earlier[-1].area}
        )
    row, is_new = CalendarVersion.objects.get_or_create(
        code=calendar.code, sha256=hashlib.sha256(text.encode()).hexdigest(),
        defaults={
            "valid_from": calendar.valid_from, "valid_to": calendar.valid_to, "text": text, "published_at": act.at,
            "published_by": act.actor.name,
        },
    )  # fmt: skip
    act.subject = f"calendar:{row.code}:{row.valid_from}"
    act.note(sha256=row.sha256, new=is_new)
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
