"""The tier gauge: how far the year has come, and what is left in the tier."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.models import Bill
from gridhall.cis.billing.queries import TierProgress, tier_progress
from gridhall.halls import charts, formats
from gridhall.platform.scope import Scope


def gauge(progress: TierProgress) -> charts.Chart:
    """One sentence with what is left, and the gauge."""
    used, tier = progress.used_wh, progress.tier
    price = formats.price(progress.prices_e8[tier - 1])
    if tier <= len(progress.ends_wh):
        finding = _("Tier %(tier)s (%(price)s yuan per kWh): %(left)s kWh are left before the next tier.") % {
            "tier": tier, "price": price, "left": formats.kwh(progress.ends_wh[tier - 1] - used),
        }  # fmt: skip
    else:
        finding = _("Tier %(tier)s (%(price)s yuan per kWh), the last one.") % {"tier": tier, "price": price}
    labels = [_("Tier %(tier)s") % {"tier": number} for number in range(1, len(progress.prices_e8) + 1)]
    return charts.tiers(finding, used, [*progress.ends_wh, None], labels)


def bill_gauge(scope: Scope, bill: Bill) -> charts.Chart | None:
    """Where the tier window stood at the end of a bill; None for a reversal and for tariffs without tiers."""
    if bill.kind == Bill.Kind.REVERSAL:
        return None
    progress = tier_progress(scope, bill.account_id, bill.period_from)
    if progress is None:
        return None
    before = next((row["tier_before_wh"] for row in stored(bill.inputs) if not row["export"]), 0)
    return gauge(replace(progress, used_wh=before + bill.energy_wh))
