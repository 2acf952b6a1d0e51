"""What changed since the month before, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gridhall.cis.billing.models import Bill
from gridhall.halls import formats
from gridhall.halls.customer.bills import month_totals
from gridhall.platform.scope import Scope


def comparison(scope: Scope, bill: Bill) -> str:
    """More or less energy and money than the month before; empty for a first bill or a reversal."""
    earlier = month_totals(scope, bill.account_id, 1, before=bill.month)
    if bill.kind == Bill.Kind.REVERSAL or not earlier:
        return ""
    (last,) = earlier
    energy, money = bill.energy_wh - last.energy_wh, bill.total_fen - last.total_fen
    if energy == 0 and money == 0:
        return _("The same as in %(month)s.") % {"month": formats.month(last.month)}
    return _("Compared with %(month)s: %(kwh)s kWh %(energy)s, %(yuan)s %(money)s.") % {
        "month": formats.month(last.month),
        "kwh": formats.kwh(abs(energy)),
        "energy": _("more") if energy >= 0 else _("less"),
        "yuan": formats.yuan(abs(money)),
        "money": _("more") if money >= 0 else _("less"),
    }
