"""What an agreement says, before it is one: the tariff and the terms of its charges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Account, Agreement
from gridhall.cis.network.models import ServicePoint
from gridhall.cis.tariffs import queries as tariffs
from gridhall.platform.errors import Refused

PERSONS_MAX = 99


@dataclass(frozen=True)
class Supply:
    """A tariff and its terms; contract demand in 1e-6 kW, power-factor standard in hundredths (0: no adjustment)."""

    tariff_code: str
    charging: int = Agreement.Charging.NONE
    contract_demand_kw_e6: int = 0
    power_factor_standard: int = 0
    persons: int = 1
    low_income: bool = False
    feed_in_mode: str = Agreement.FeedIn.SURPLUS  # of an agreement for energy given to the grid

    def check(self, on: date) -> None:
        """Raises Refused where the terms contradict each other or no published tariff holds on ``on``."""
        if not tariffs.exists(self.tariff_code, on):
            raise Refused(
                _("No published tariff %(code)s holds on %(day)s.") % {"code": self.tariff_code, "day": date_format(on)}
            )
        self.check_terms()

    def check_terms(self) -> None:
        """Raises Refused where the terms contradict each other, whatever the tariff."""
        if self.charging not in Agreement.Charging.values:
            raise Refused(_("%(value)s is not a way of charging capacity.") % {"value": self.charging})
        if (self.charging == Agreement.Charging.CONTRACT) != (self.contract_demand_kw_e6 > 0):
            raise Refused(_("Give a contract demand where charging is by contract demand, and only there."))
        if self.power_factor_standard not in (0, 80, 85, 90):
            raise Refused(_("The power-factor standard is 0.80, 0.85 or 0.90, or none."))
        if not 1 <= self.persons <= PERSONS_MAX:
            raise Refused(_("A household has 1 to %(most)s persons.") % {"most": PERSONS_MAX})
        if self.feed_in_mode not in Agreement.FeedIn.values:
            raise Refused(_("%(value)s is not a way of feeding in.") % {"value": self.feed_in_mode})

    def agreement(
        self, account: Account, service_point: ServicePoint, on: date, direction: str = Agreement.Direction.IMPORT
    ) -> Agreement:
        """The unsaved agreement on these terms, open-ended from ``on``."""
        export = direction == Agreement.Direction.EXPORT
        return Agreement(
            account=account,
            service_point=service_point,
            path=service_point.path,
            direction=direction,
            valid_from=on,
            tariff_code=self.tariff_code,
            charging=self.charging,
            contract_demand_kw_e6=self.contract_demand_kw_e6,
            power_factor_standard=self.power_factor_standard,
            persons=self.persons,
            low_income=self.low_income,
            feed_in_mode=(self.feed_in_mode or Agreement.FeedIn.SURPLUS) if export else Agreement.FeedIn.NONE,
        )


def require_unsupplied(service_point: ServicePoint, on: date) -> None:
    """Raises Refused, naming account and dates, where an agreement holds on ``on`` or later."""
    rows = Agreement.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), service_point=service_point)
    standing = rows.select_related("account").order_by("valid_from").first()
    if standing is None:
        return
    names = {"number": standing.account.number, "from": date_format(standing.valid_from), "day": date_format(on)}
    if standing.valid_to is None:
        raise Refused(_("Account %(number)s is supplied here from %(from)s; move it out before %(day)s.") % names)
    raise Refused(
        _("Account %(number)s is supplied here from %(from)s until %(to)s; move in on that day or later.")
        % {**names, "to": date_format(standing.valid_to)}
    )
