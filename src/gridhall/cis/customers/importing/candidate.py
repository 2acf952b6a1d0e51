"""One row of a customer file as typed facts, judged by the same rules as the actions."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.customers import details
from gridhall.cis.customers.importing.fields import Fields
from gridhall.cis.customers.models import BillingCycle
from gridhall.cis.customers.supply import Supply
from gridhall.cis.metering.actions import MULTIPLIER_MAX, MeterDetails, check_details
from gridhall.cis.metering.models import Installation
from gridhall.cis.network import queries as network
from gridhall.cis.network.actions import ADDRESS_CHARACTERS_MAX, SupplyTerms, check_terms
from gridhall.cis.network.models import TransformerArea
from gridhall.cis.tariffs import queries as tariffs
from gridhall.codecs.errors import shown
from gridhall.platform.models import OrgUnit
from gridhall.platform.scope import Scope

POINT_CHARACTERS_MAX = 40
KVA_E6_MAX = 10**13  # ten million kVA: a capacity above is a slip of the unit


@dataclass(frozen=True, slots=True)
class Metered:
    """The meter of a row; ``reading`` is what its total register shows, in the register's own digits."""

    details: MeterDetails
    multiplier: int
    source: str
    reading: int | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row in which nothing is wrong by itself."""

    row: int
    customer: dict[str, str]
    unit: OrgUnit
    address: str
    position_e6: tuple[int | None, int | None]
    point: str
    terms: SupplyTerms
    cycle: BillingCycle
    supply: Supply
    feed_in: Supply | None
    on: date
    metered: Metered | None


@dataclass
class Known:
    """What a file may refer to: the units of the actor's scope, and what is run there."""

    units: dict[str, OrgUnit]
    cycles: dict[str, BillingCycle]
    areas: dict[str, TransformerArea]
    tariff_days: dict[tuple[str, date], bool] = field(default_factory=dict)

    @classmethod
    def within(cls, scope: Scope, today: date) -> Known:
        """Everything that rows of this actor's files may name; units by path and by their codes run together."""
        units = {}
        for unit in OrgUnit.objects.within(scope):
            units[unit.path] = units[unit.path.rstrip("/")] = units[unit.path.replace("/", "")] = unit
        cycles = {cycle.code: cycle for cycle in BillingCycle.objects.all()}
        return cls(units, cycles, {area.code: area for area in network.areas(scope, today)})

    def has_tariff(self, code: str, on: date) -> bool:
        """Whether the tariff is published for the day; asked once per code and day."""
        if (code, on) not in self.tariff_days:
            self.tariff_days[code, on] = tariffs.exists(code, on)
        return self.tariff_days[code, on]


def read(row: Fields, known: Known) -> Candidate | None:
    """The row as facts, or None with everything that is wrong noted in ``row.problems``."""
    customer, unit, on = _customer(row), _unit(row, known), row.day("from")
    address, point = row.needed("address"), row.needed("point")
    if address and len(address) > ADDRESS_CHARACTERS_MAX:
        row.note("address", _("Give an address of at most %(count)s characters.") % {"count": ADDRESS_CHARACTERS_MAX})
    if point and len(point) > POINT_CHARACTERS_MAX:
        row.note("point", _("Give a code of at most %(count)s characters.") % {"count": POINT_CHARACTERS_MAX})
    position = row.degrees_e6("longitude", 180), row.degrees_e6("latitude", 90)
    terms, cycle, supply = _terms(row, known), _cycle(row, known, unit), _supply(row, known, on)
    feed_in = _feed_in(row, known, on)
    metered = _metered(row) if row.text("meter") else None
    if row.problems:
        return None
    assert customer and unit and on and address and point and terms and cycle and supply  # each notes what it lacks
    return Candidate(
        row.row, customer, unit, " ".join(address.split()), position, point, terms, cycle, supply, feed_in, on, metered
    )


def _customer(row: Fields) -> dict[str, str] | None:
    person = row.text("use_class").casefold() in ("", "residential", "居民")
    kind, language = row.word("kind", "person" if person else "organisation"), row.word("language", "zh-hans")
    checks = {"name": details.clean_name, "phone": details.clean_phone, "email": details.clean_email}
    cleaned = {name: row.accepted(name, functools.partial(check, row.text(name))) for name, check in checks.items()}
    needs = row.accepted("needs", lambda: details.clean({"needs": row.text("needs")}))
    if row.problems:
        return None
    return {"kind": str(kind), "language": str(language), **needs, **cleaned}  # type: ignore[dict-item]


def _unit(row: Fields, known: Known) -> OrgUnit | None:
    text = row.needed("unit")
    unit = known.units.get(text or "")
    if text and unit is None:
        row.note(
            "unit", _("%(value)s is not a unit of yours; write its path, such as 32/04/01/.") % {"value": shown(text)}
        )
    elif unit and len(unit.path.split("/")) < 3:
        row.note("unit", _("Accounts are opened at a unit inside a city whose code has two digits."))
    return unit


def _cycle(row: Fields, known: Known, unit: OrgUnit | None) -> BillingCycle | None:
    text = row.needed("cycle")
    cycle = known.cycles.get(text or "")
    if text and unit and (cycle is None or not unit.path.startswith(cycle.path)):
        row.note("cycle", _("There is no billing cycle %(value)s at this unit.") % {"value": shown(text)})
    return cycle


def _terms(row: Fields, known: Known) -> SupplyTerms | None:
    use_class, mode = row.word("use_class", ""), row.word("metering_mode", "lv_lv")
    if use_class == "":
        row.needed("use_class")
    voltage = row.number("supply_voltage_v", "", most=1_500_000)
    contract = row.number("contract_capacity_kva", "", 6, KVA_E6_MAX)
    operating = row.number("operating_capacity_kva", row.text("contract_capacity_kva"), 6, KVA_E6_MAX)
    area_code = row.text("area")
    area = known.areas.get(area_code)
    if area_code and area is None:
        row.note("area", _("There is no transformer area %(value)s in your units.") % {"value": shown(area_code)})
    if None in (use_class, mode, voltage, contract, operating) or use_class == "":
        return None
    terms = SupplyTerms(voltage, str(use_class), contract, operating, str(mode), area)  # type: ignore[arg-type]
    row.accepted("contract_capacity_kva", lambda: check_terms(terms))
    return terms


def _supply(row: Fields, known: Known, on: date | None) -> Supply | None:
    code = row.needed("tariff")
    charging, low_income = row.word("charging", 0), row.word("low_income", False)
    demand = row.number("contract_demand_kw", "0", 6, KVA_E6_MAX)
    standard = row.number("power_factor_standard", "0", 2, 100)
    persons = row.number("persons", "1", most=99)
    if code and on:
        _tariff(row, known, "tariff", on)
    if code is None or charging is None or low_income is None or demand is None or standard is None or persons is None:
        return None
    supply = Supply(code, int(charging), demand, standard, persons, bool(low_income))
    row.accepted("charging", supply.check_terms)
    return supply


def _feed_in(row: Fields, known: Known, on: date | None) -> Supply | None:
    code, mode = row.text("feed_in_tariff"), row.word("feed_in_mode", "surplus")
    if not code:
        if row.text("feed_in_mode"):
            row.note("feed_in_mode", _("A feed-in mode needs a feed-in tariff; fill in both or neither."))
        return None
    if on:
        _tariff(row, known, "feed_in_tariff", on)
    return Supply(code, feed_in_mode=str(mode))


def _tariff(row: Fields, known: Known, column: str, on: date) -> None:
    code = row.text(column)
    if not known.has_tariff(code, on):
        named = {"code": shown(code), "day": date_format(on)}
        row.note(column, _("No published tariff %(code)s holds on %(day)s.") % named)


def _metered(row: Fields) -> Metered | None:
    digits, decimals = row.number("digits", "6", most=9), row.number("decimals", "2", most=6)
    multiplier, source = row.number("multiplier", "1", most=MULTIPLIER_MAX), row.word("billing_source", "interval")
    if digits is None or decimals is None or multiplier is None or source is None:
        return None
    plate = MeterDetails(row.text("meter"), digits=digits, decimals=decimals)
    row.accepted("meter", lambda: check_details(plate))
    if multiplier == 0:
        row.note("multiplier", _("The multiplier must be between 1 and %(most)s.") % {"most": MULTIPLIER_MAX})
    most = 10 ** (digits + decimals) - 1
    reading = row.number("reading", "", decimals, most) if row.text("reading") else None
    if reading is None and source == Installation.Source.REGISTER and not row.text("reading"):
        row.note("reading", _("A meter billed by its registers needs installation readings."))
    return Metered(plate, multiplier, str(source), reading)
