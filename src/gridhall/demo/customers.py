"""Bringing the members in: one file of customers, the way a utility takes on its neighbour's."""

from __future__ import annotations

from pathlib import Path

from gridhall.cis.customers.actions import bind_login, import_customers
from gridhall.cis.customers.importing.columns import COLUMNS
from gridhall.cis.customers.models import Account, Agreement
from gridhall.codecs.tables import write_csv
from gridhall.demo.members import DECIMALS, Member
from gridhall.demo.organisation import Utility, username
from gridhall.demo.span import Span
from gridhall.platform.actor import system
from gridhall.platform.demo_mode import DEMO_PASSWORD
from gridhall.platform.models import User
from gridhall.platform.scope import EVERYTHING


def take_on(members: list[Member], utility: Utility, span: Span, folder: Path) -> None:
    """Import everybody; each member then knows the ids of account, service point and metering point."""
    rows = [_row(member, utility, span) for member in members]
    file = folder / "customers.csv"
    file.write_bytes(b"".join(write_csv(list(COLUMNS), [[row.get(name, "") for name in COLUMNS] for row in rows])))
    import_customers(utility.actor("Biller Gao"), file, file.name)
    columns = ("pk", "number", "path", "agreements__service_point_id", "agreements__service_point__point__code")
    found = Account.objects.within(EVERYTHING).filter(agreements__direction=Agreement.Direction.IMPORT)
    by_point = {row[4]: row for row in found.values_list(*columns)}
    for member in members:
        pk, number, path, service_point, _code = by_point[member.point]
        member.ids = {"account": pk, "number": number, "path": path, "service_point": service_point}


def give_logins(members: list[Member]) -> None:
    """The named customers can sign in; their password is public, as the sign-in page says."""
    first = User()
    first.set_password(DEMO_PASSWORD)
    for member in members:
        if member.en:
            user = User.objects.create(username=username(member.en), password=first.password)
            bind_login(system(), user, member.ids["number"])


def _row(member: Member, utility: Utility, span: Span) -> dict[str, str]:
    kind = member.kind
    longitude, latitude = member.position
    return {
        "name": member.name, "kind": "person" if kind.home else "organisation", "phone": member.phone,
        "language": member.language, "needs": member.needs, "unit": member.station, "address": member.address,
        "longitude": f"{longitude:.6f}", "latitude": f"{latitude:.6f}", "point": member.point,
        "use_class": str(kind.use_class), "supply_voltage_v": str(kind.voltage_v),
        "contract_capacity_kva": str(member.kva), "metering_mode": kind.metering_mode, "area": member.area,
        "tariff": kind.tariff, "feed_in_tariff": kind.feed_in, "cycle": utility.cycles[member.station[:6]].code,
        "from": span.first.isoformat(), "charging": member.charging,
        "contract_demand_kw": str(member.contract_demand_kw) if member.contract_demand_kw else "",
        "power_factor_standard": kind.power_factor_standard, "persons": str(member.persons),
        "low_income": "yes" if member.low_income else "no", "meter": member.meter, "multiplier": str(kind.multiplier),
        "digits": "6", "decimals": str(DECIMALS), "billing_source": "register" if member.registers else "interval",
        "reading": member.first_reading,
    }  # fmt: skip
