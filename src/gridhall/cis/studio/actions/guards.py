"""What stands in the way of publishing: the same person, and days that are billed already."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridhall.cis.studio import queries
from gridhall.kernel.tariffs import TariffVersion
from gridhall.platform.actor import Actor
from gridhall.platform.errors import Refused


def second_person(actor: Actor, *first: int | None) -> None:
    """Refuse those who did the work themselves."""
    if actor.user_id is not None and actor.user_id in first:
        raise Refused(_("A second person publishes: somebody who neither began nor last changed it."))


def refuse_billed_days(version: TariffVersion, reason: str) -> int:
    """How many bills cover days of the version; refused unless a reason makes it a correction."""
    count = queries.billed(version.code, version.valid_from, version.valid_to)
    if count and not reason.strip():
        raise Refused(
            ngettext(
                "%(n)s bill covers days from %(day)s on this tariff. Choose a later day, or give the reason of the "
                "correction and bill it again afterwards.",
                "%(n)s bills cover days from %(day)s on this tariff. Choose a later day, or give the reason of the "
                "correction and bill them again afterwards.",
                count,
            )
            % {"n": count, "day": version.valid_from}
        )
    return count
