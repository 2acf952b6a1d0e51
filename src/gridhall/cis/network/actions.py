"""Building up the network and the places that hang on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext as _

from gridhall.cis.network.models import Feeder, Premise, ServicePoint, ServicePointTerms, Substation, TransformerArea
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.models import OrgUnit
from gridhall.platform.scope import Scope
from gridhall.platform.tags import Tag
from gridhall.readings.models import MeteringPoint

ADDRESS_CHARACTERS_MAX = 200


@dataclass(frozen=True)
class SupplyTerms:
    """How a service point is supplied; capacities in 1e-6 kVA, the operating one as contracted unless given."""

    supply_voltage_v: int
    use_class: str
    contract_capacity_kva_e6: int
    operating_capacity_kva_e6: int | None = None
    metering_mode: str = ServicePointTerms.MeteringMode.LV_LV
    area: TransformerArea | None = None


@action(Tag.NETWORK_CREATE)
def create_substation(act: Act, unit: OrgUnit, code: str, name: str, voltage_v: int, valid_from: date) -> Substation:
    """A substation of ``unit``. Raises Refused when the code is taken."""
    _require_new(Substation, code)
    row = Substation.objects.create(code=code, name=name, path=unit.path, voltage_v=voltage_v, valid_from=valid_from)
    act.on(row, row.path)
    return row


@action(Tag.NETWORK_CREATE)
def create_feeder(
    act: Act, substation: Substation, code: str, name: str, valid_from: date, voltage_v: int = 10_000
) -> Feeder:
    """A feeder out of ``substation``, of the same unit. Raises Refused when the code is taken."""
    _require_new(Feeder, code)
    row = Feeder.objects.create(
        code=code, name=name, path=substation.path, substation=substation, voltage_v=voltage_v, valid_from=valid_from
    )
    act.on(row, row.path)
    return row


@action(Tag.NETWORK_CREATE)
def create_area(
    act: Act,
    feeder: Feeder,
    unit: OrgUnit,
    code: str,
    name: str,
    capacity_kva: int,
    valid_from: date,
    dedicated: bool = False,
) -> TransformerArea:
    """A transformer area on ``feeder``, run by ``unit``. Raises Refused when the code is taken."""
    _require_new(TransformerArea, code)
    if not act.actor.scope.covers(feeder.path):
        raise NotInScope()
    row = TransformerArea.objects.create(
        code=code,
        name=name,
        path=unit.path,
        feeder=feeder,
        dedicated=dedicated,
        capacity_kva=capacity_kva,
        valid_from=valid_from,
    )
    act.on(row, row.path)
    return row


@action(Tag.PREMISE_CREATE)
def create_premise(
    act: Act,
    unit: OrgUnit,
    address: str,
    terms: SupplyTerms,
    valid_from: date,
    *,
    point_code: str = "",
    slots: int = 96,
    longitude_e6: int | None = None,
    latitude_e6: int | None = None,
) -> ServicePoint:
    """A premise with its service point, metering point and first terms; the premise is the answer's ``premise``.

    A metering point that an import has made and nobody is supplied at is taken as it is.
    Without ``point_code`` the metering point is named by its city and its own number. Position in WGS-84, 1e-6 degrees.
    Raises Refused when the address is empty, the capacities contradict each other or the point code is taken.
    """
    address = " ".join(address.split())
    if not 0 < len(address) <= ADDRESS_CHARACTERS_MAX:
        raise Refused(_("Give an address of at most %(count)s characters.") % {"count": ADDRESS_CHARACTERS_MAX})
    check_terms(terms)
    measured = _measured_only(point_code, unit)
    if point_code and measured is None:
        _require_new(MeteringPoint, point_code)
    premise = Premise(address=address, path=unit.path, longitude_e6=longitude_e6, latitude_e6=latitude_e6)
    act.on(premise, unit.path)
    premise.save()
    point = measured or MeteringPoint(code=point_code, path=unit.path, slots=slots)
    if measured is None:
        point.code = point_code or point.public_id.hex
        point.save()
    if not point_code:
        point.code = f"{unit.city_path.replace('/', '')}{point.pk:010d}"
        point.save(update_fields=["code"])
    service_point = ServicePoint.objects.create(premise=premise, point=point, path=unit.path)
    terms_row(service_point, terms, valid_from).save()
    act.note(point=point.code)
    return service_point


def _measured_only(point_code: str, unit: OrgUnit) -> MeteringPoint | None:
    """The metering point of that code in the unit, if no premise has it yet."""
    rows = MeteringPoint.objects.within(Scope(prefixes=(unit.path,)))
    return rows.filter(code=point_code, service_point__isnull=True).first() if point_code else None


def check_terms(terms: SupplyTerms) -> None:
    """Raises Refused where a class, a mode or a capacity cannot be."""
    if terms.use_class not in ServicePointTerms.UseClass.values:
        raise Refused(_("%(value)s is not a use class.") % {"value": terms.use_class})
    if terms.metering_mode not in ServicePointTerms.MeteringMode.values:
        raise Refused(_("%(value)s is not a metering mode.") % {"value": terms.metering_mode})
    operating = terms.operating_capacity_kva_e6
    if terms.contract_capacity_kva_e6 <= 0 or (operating is not None and operating < 0):
        raise Refused(_("The contract capacity must be above zero."))
    if operating is not None and operating > terms.contract_capacity_kva_e6:
        raise Refused(_("The operating capacity cannot exceed the contract capacity."))
    if terms.supply_voltage_v <= 0:
        raise Refused(_("The supply voltage must be above zero."))


def terms_row(service_point: ServicePoint, terms: SupplyTerms, valid_from: date) -> ServicePointTerms:
    """The unsaved row of ``terms``, open-ended from ``valid_from``."""
    operating = terms.operating_capacity_kva_e6
    return ServicePointTerms(
        service_point=service_point,
        valid_from=valid_from,
        area=terms.area,
        supply_voltage_v=terms.supply_voltage_v,
        use_class=terms.use_class,
        metering_mode=terms.metering_mode,
        contract_capacity_kva_e6=terms.contract_capacity_kva_e6,
        operating_capacity_kva_e6=terms.contract_capacity_kva_e6 if operating is None else operating,
    )


def _require_new(model: type[models.Model], code: str) -> None:
    if model._base_manager.filter(code=code).exists():
        raise Refused(_("The code %(code)s is taken; choose another.") % {"code": code})
