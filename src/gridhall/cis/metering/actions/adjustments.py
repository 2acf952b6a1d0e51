"""Saying what lies between a meter and the bill: losses of a service point, and sub-meters behind a main meter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridhall.cis.metering.models import Installation, LossTerms, SubMeter
from gridhall.cis.network import queries as network
from gridhall.cis.network.models import ServicePoint, ServicePointTerms
from gridhall.kernel import shipped
from gridhall.kernel.losses import WHOLE_E6, Plate
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag

LEVELS_MAX = 4  # a main meter behind a main meter behind a main meter: nobody builds more
RATED_KVA_RANGE = (5, 500_000)
KWH_PER_MONTH_MAX = 100_000_000
Method, Kind = LossTerms.Method, SubMeter.Kind


@dataclass(frozen=True)
class Losses:
    """What is agreed about losses. ``plate`` replaces the plate of the series; K by ``shift``, else ``shape_e6``."""

    method: str = Method.FORMULA
    series: str = ""
    rated_kva: int = 0
    plate: Plate | None = None
    shift: str = LossTerms.Shift.CONSTANT
    shape_e6: int = 0
    table: str = ""
    line_loss_e6: int = 0
    spreading: str = LossTerms.Spreading.PROPORTION


@dataclass(frozen=True)
class Split:
    """How much of the main meter a sub-meter takes; ``shares_demand``: demand and reactive energy go with it."""

    kind: str
    ratio_e6: int = 0
    kwh_per_month: int = 0
    shares_demand: bool = False


@action(Tag.LOSS_TERMS_SET)
def set_losses(act: Act, service_point: ServicePoint, losses: Losses, on: date) -> LossTerms:
    """``losses`` hold at ``service_point`` from day ``on``; the terms before end there.

    Raises Refused where the point is not metered at low voltage behind its own transformer but transformer loss is
    asked for, where no plate or table is known, where the point has no meter of its own, or for a day in the past of
    the terms that stand.
    """
    act.on(service_point, service_point.path)
    lock(ServicePoint.objects.filter(pk=service_point.pk))
    _check_losses(service_point, losses, on)
    plate = _plate(losses)
    _end_standing(LossTerms.objects.filter(service_point=service_point), on)
    row = LossTerms.objects.create(
        service_point=service_point, valid_from=on, method=losses.method, series=losses.series,
        own_plate=losses.plate is not None, shift=losses.shift, shape_e6=losses.shape_e6, table=losses.table,
        line_loss_e6=losses.line_loss_e6, spreading=losses.spreading,
        **{name: getattr(plate, name) for name in Plate.__slots__},
    )  # fmt: skip
    act.note(on=on, method=losses.method, plate=losses.series, line_loss_e6=losses.line_loss_e6)
    return row


@action(Tag.LOSS_TERMS_END)
def end_losses(act: Act, terms: LossTerms, on: date) -> ServicePoint:
    """No losses are added from day ``on``; the answer is the point."""
    act.on(terms, terms.service_point.path)
    lock(ServicePoint.objects.filter(pk=terms.service_point_id))
    _end(terms, on)
    act.note(on=on)
    return terms.service_point


@action(Tag.SUB_METER_SET)
def set_sub_meter(act: Act, main: ServicePoint, sub: ServicePoint, split: Split, on: date) -> SubMeter:
    """From day ``on`` the energy of ``sub`` is taken from what the meter of ``main`` counts.

    Raises NotInScope for a point of another organisation, Refused where the two are one or each other's main, where a
    sub-meter by ratio or fixed amount has a meter of its own (or a metered one has none), where ratios would take more
    than the whole, or where the point has a main meter on that day already.
    """
    act.on(main, main.path)
    if not act.actor.scope.covers(sub.path):
        raise NotInScope()
    lock(ServicePoint.objects.filter(pk__in=[main.pk, sub.pk]))
    _check_split(main, sub, split, on)
    row = SubMeter.objects.create(
        main=main, sub=sub, valid_from=on, kind=split.kind, shares_demand=split.shares_demand,
        ratio_e6=split.ratio_e6 if split.kind == Kind.RATIO else 0,
        kwh_per_month=split.kwh_per_month if split.kind == Kind.FIXED else 0,
    )  # fmt: skip
    act.on(row, main.path)
    act.note(on=on, main=main.point.code, sub=sub.point.code, kind=split.kind)
    return row


@action(Tag.SUB_METER_END)
def end_sub_meter(act: Act, relation: SubMeter, on: date) -> ServicePoint:
    """From day ``on`` the main meter is billed without taking anything off for this point; the answer is the main."""
    act.on(relation, relation.main.path)
    lock(ServicePoint.objects.filter(pk__in=[relation.main_id, relation.sub_id]))
    _end(relation, on)
    act.note(on=on, main=relation.main.point.code, sub=relation.sub.point.code)
    return relation.main


def _check_losses(service_point: ServicePoint, losses: Losses, on: date) -> None:
    if losses.method not in Method.values or losses.shift not in LossTerms.Shift.values:
        raise Refused(_("%(value)s is not a way to determine losses.") % {"value": losses.method})
    if losses.spreading not in LossTerms.Spreading.values:
        raise Refused(_("%(value)s is not a way to spread losses.") % {"value": losses.spreading})
    if not 0 <= losses.line_loss_e6 < WHOLE_E6 // 2:
        raise Refused(_("Line loss is a share from 0 to below 50 percent."))
    if not 0 <= losses.shape_e6 <= 10 * WHOLE_E6:
        raise Refused(_("The shape factor lies between 0 and 10."))
    if losses.method == Method.NONE and not losses.line_loss_e6:
        raise Refused(_("Give a transformer loss or a line loss, or end the terms."))
    terms = network.terms_on([service_point.pk], on).get(service_point.pk)
    if terms is None:
        raise Refused(_("The service point has no supply terms on %(day)s.") % {"day": date_format(on)})
    if losses.method != Method.NONE and terms.metering_mode != ServicePointTerms.MeteringMode.HV_LV:
        raise Refused(
            _("Transformer loss is added only where high voltage is metered at low voltage; this point has: %(mode)s.")
            % {"mode": terms.get_metering_mode_display()}
        )
    if SubMeter.objects.on(on).filter(sub=service_point).exclude(kind=Kind.METERED).exists():
        raise Refused(_("This point has no meter of its own; losses belong to its main meter."))
    _check_plate(losses)


def _check_plate(losses: Losses) -> None:
    if losses.method == Method.FORMULA and losses.plate is None:
        _plate(losses)
    if losses.plate is not None:
        low, high = RATED_KVA_RANGE
        plate = losses.plate
        whole = low * 1000 <= plate.rated_va <= high * 1000 and plate.no_load_w >= 0 and plate.load_w >= 0
        if not whole or plate.no_load_w + plate.load_w > plate.rated_va:
            raise Refused(
                _("A plate has %(low)s to %(high)s kVA and losses below its capacity.") % {"low": low, "high": high}
            )
        if not (0 <= plate.no_load_current_e6 <= 20 * WHOLE_E6 and 0 <= plate.impedance_e6 <= 30 * WHOLE_E6):
            raise Refused(_("No-load current is at most 20 percent and impedance at most 30 percent."))
    if losses.method == Method.TABLE:
        table = shipped.loss_tables().get(losses.table)
        if table is None:
            raise Refused(_("There is no loss table %(code)s.") % {"code": losses.table})
        try:
            table.loss(losses.series, losses.rated_kva, 0, 30, 30)
        except KeyError as error:
            sizes = ", ".join(f"{row.series}-{row.rated_kva}" for row in table.rows)
            raise Refused(_("The table has no such transformer; it has: %(sizes)s.") % {"sizes": sizes}) from error


def _plate(losses: Losses) -> Plate:
    """The plate to store: as given, as the series has it, or only the size where a table or nothing needs one."""
    if losses.plate is not None:
        return losses.plate
    if losses.method != Method.FORMULA:
        return Plate(losses.rated_kva * 1000, 0, 0, 0, 0)
    series = shipped.transformers().get(losses.series)
    if series is None:
        known = ", ".join(sorted(shipped.transformers()))
        raise Refused(_("Choose a series (%(known)s) or give the plate.") % {"known": known})
    try:
        return series.plate(losses.rated_kva)
    except KeyError as error:
        sizes = ", ".join(map(str, sorted(series.plates)))
        raise Refused(
            _("Series %(series)s has plates of %(sizes)s kVA; give the plate of this transformer.")
            % {"series": losses.series, "sizes": sizes}
        ) from error


def _check_split(main: ServicePoint, sub: ServicePoint, split: Split, on: date) -> None:
    if split.kind not in Kind.values:
        raise Refused(_("%(value)s is not a kind of sub-meter.") % {"value": split.kind})
    if split.kind == Kind.RATIO and not 0 < split.ratio_e6 <= WHOLE_E6:
        raise Refused(_("A ratio lies above 0 and is at most 100 percent."))
    if split.kind == Kind.FIXED and not 0 < split.kwh_per_month <= KWH_PER_MONTH_MAX:
        raise Refused(_("Give the kWh a month that are taken off, at most %(most)s.") % {"most": KWH_PER_MONTH_MAX})
    _check_levels(main, sub, on)
    metered = Installation.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), service_point=sub).exists()
    if metered != (split.kind == Kind.METERED):
        raise Refused(
            _("Point %(code)s has a meter: take it off by that meter, or remove it first.") % {"code": sub.point.code}
            if metered
            else _("Point %(code)s has no meter; take it off by ratio or by a fixed amount.") % {"code": sub.point.code}
        )
    if not metered and LossTerms.objects.overlapping(on, date.max).filter(service_point=sub).exists():
        raise Refused(_("Point %(code)s has loss terms of its own; end them first.") % {"code": sub.point.code})
    rows = SubMeter.objects.overlapping(on, date.max)
    standing = rows.filter(sub=sub).select_related("main__point").first()
    if standing is not None:
        raise Refused(
            _("Point %(sub)s is taken from %(main)s from %(from)s; end that first.")
            % {"sub": sub.point.code, "main": standing.main.point.code, "from": date_format(standing.valid_from)}
        )
    taken = rows.filter(main=main, kind=Kind.RATIO).aggregate(s=Sum("ratio_e6"))["s"] or 0
    if split.kind == Kind.RATIO and taken + split.ratio_e6 > WHOLE_E6:
        raise Refused(_("The ratios behind this main meter would take more than all of it."))


def _check_levels(main: ServicePoint, sub: ServicePoint, on: date) -> None:
    """Following main meters upwards from ``main`` must not come back to ``sub``; levels are bounded both ways."""
    rows = SubMeter.objects.overlapping(on, date.max)
    above, up = {main.pk}, 0
    while above and up <= LEVELS_MAX:
        if sub.pk in above:
            raise Refused(_("Point %(code)s cannot be its own main meter.") % {"code": sub.point.code})
        above, up = set(rows.filter(sub__in=above).values_list("main", flat=True)), up + 1
    below, down = {sub.pk}, 0
    while below and down <= LEVELS_MAX:
        below, down = set(rows.filter(main__in=below).values_list("sub", flat=True)), down + 1
    if up + down > LEVELS_MAX:
        raise Refused(_("At most %(levels)s meters may stand behind each other.") % {"levels": LEVELS_MAX})


def _end_standing(rows: Any, on: date) -> None:
    standing = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).order_by("valid_from")
    for row in standing:
        _end(row, on)


def _end(row: LossTerms | SubMeter, on: date) -> None:
    """Ended on its first day, a row never held and goes; bills keep what they were computed from."""
    if on < row.valid_from or (row.valid_to and row.valid_to < on):
        raise Refused(
            _("These terms hold from %(from)s until %(to)s; choose a day in between.")
            % {
                "from": date_format(row.valid_from),
                "to": date_format(row.valid_to) if row.valid_to else _("further notice"),
            }
        )
    if on == row.valid_from:
        row.delete()
        return
    row.valid_to = on
    row.save(update_fields=["valid_to"])
