"""The losses of many meters at once: each by its own terms, spread over the segments and periods of its view."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from gridhall.cis.billing.family import Loss
from gridhall.cis.metering.models import LossTerms
from gridhall.kernel import shipped
from gridhall.kernel.losses import (
    HOURS_PER_DAY,
    Plates,
    active_losses_wh,
    line_losses_wh,
    reactive_losses_varh,
    spread,
)
from gridhall.kernel.money import Int64s
from gridhall.kernel.tariffs.types import PERIODS
from gridhall.kernel.transformers import LossRules, rules_on

if TYPE_CHECKING:
    from gridhall.cis.billing.adjust import Raw, View
    from gridhall.cis.billing.supply import Segment

FLAT = PERIODS.index("flat")
DAYS_OF_MONTH = 30  # of a span that reaches over the end of a month


@dataclass
class Added:
    """What is added to one meter of one view, by segment and period, and the parameters of each step."""

    transformer_wh: Int64s
    varh: Int64s
    line_wh: Int64s
    transformer: dict[str, Any] | None
    line: dict[str, Any] | None
    impossible: str = ""


@dataclass
class _Meter:
    view: View
    point: int
    raw: Raw
    loss: Loss
    rules: LossRules

    @property
    def days(self) -> int:
        return sum(segment.days for segment in self.view.segments)


def added(wanted: Sequence[tuple[View, int, Raw]]) -> dict[tuple[int, int], Added]:
    """Losses by (view, point), for the meters that have loss terms; all formulas in one pass."""
    meters = []
    for view, point, raw in wanted:
        loss = view.family.loss(point, view.segments[0].first)
        if loss is not None:
            day = view.segments[-1].end - timedelta(days=1)
            meters.append(_Meter(view, point, raw, loss, rules_on(shipped.loss_rules(), day)))
    if not meters:
        return {}
    wh = np.array([int(meter.raw.wh.sum()) for meter in meters], np.int64)
    varh = np.array([int(meter.raw.varh.sum()) for meter in meters], np.int64)
    active, reactive, impossible = _transformer(meters, wh, varh)
    on_top = np.array([meter.rules.line_loss_on_transformer_loss for meter in meters])
    share = np.array([meter.loss.line_loss_e6 for meter in meters], np.int64)
    line = line_losses_wh(wh + np.where(on_top, active, 0), share)
    return {
        (id(meter.view), meter.point): Added(
            _spread(meter, int(active[i])), _over_segments(meter, int(reactive[i])), _spread(meter, int(line[i])),
            _parameters(meter, wh[i], varh[i], active[i], reactive[i]), _line(meter, line[i]), impossible.get(i, ""),
        )
        for i, meter in enumerate(meters)
    }  # fmt: skip


def _transformer(meters: Sequence[_Meter], wh: Int64s, varh: Int64s) -> tuple[Int64s, Int64s, dict[int, str]]:
    """Active and reactive loss of every meter, and why where it cannot be told."""
    active, reactive = np.zeros_like(wh), np.zeros_like(wh)
    impossible: dict[int, str] = {}
    rows = [i for i, meter in enumerate(meters) if meter.loss.method == LossTerms.Method.FORMULA]
    for group in _computable(meters, rows, wh, varh, impossible):
        plates = Plates.of([meters[i].loss.plate for i in group])
        hours = np.array([meters[i].days * HOURS_PER_DAY for i in group], np.int64)
        shapes = [meters[i].rules.shape(meters[i].loss.shift, meters[i].loss.shape_e6) for i in group]
        active[group] = active_losses_wh(plates, wh[group], varh[group], hours, shapes)
        reactive[group] = reactive_losses_varh(plates, wh[group], varh[group], hours)
    for i, meter in enumerate(meters):
        if meter.loss.method == LossTerms.Method.TABLE:
            try:
                table = shipped.loss_tables()[meter.loss.table]
                kva = meter.loss.plate.rated_va // 1000
                active[i], reactive[i] = table.loss(meter.loss.series, kva, int(wh[i]), meter.days, _month_days(meter))
            except KeyError as error:
                impossible[i] = str(error.args[0])
    return active, reactive, impossible


def _computable(
    meters: Sequence[_Meter], rows: list[int], wh: Int64s, varh: Int64s, impossible: dict[int, str]
) -> list[list[int]]:
    """The rows whose load is below ten times what the plate could carry; the plate of others is wrong."""
    good = []
    for i in rows:
        most = 10 * meters[i].loss.plate.rated_va * meters[i].days * HOURS_PER_DAY
        if int(wh[i]) + int(varh[i]) > most:
            impossible[i] = f"{meters[i].loss.plate.rated_va // 1000} kVA"
        else:
            good.append(i)
    return [good] if good else []


def _month_days(meter: _Meter) -> int:
    first, last = meter.view.segments[0].first, meter.view.segments[-1].end - timedelta(days=1)
    same_month = (first.year, first.month) == (last.year, last.month)
    return monthrange(first.year, first.month)[1] if same_month else DAYS_OF_MONTH


def rest_column(segment: Segment) -> int:
    """The period that takes what has no period of its own: flat, or all day where the tariff knows no periods."""
    version = segment.published.version
    if version.calendar is None:
        return 0
    priced = [PERIODS.index(period) for period in version.season(segment.first.month).prices.periods()]
    return FLAT if FLAT in priced else priced[0]


def _spread(meter: _Meter, total: int) -> Int64s:
    """Over the energy of the view's periods, or over its flat energy alone."""
    weights, segments = meter.raw.wh, meter.view.segments
    columns = [rest_column(segment) for segment in segments]
    if meter.loss.spreading == LossTerms.Spreading.FLAT:
        only = np.zeros_like(weights)
        only[np.arange(len(segments)), columns] = 1
        weights = weights * only
    parts = spread(np.array([total]), weights.reshape(1, -1), np.array([columns[0]], np.intp))
    return parts.reshape(weights.shape)


def _over_segments(meter: _Meter, total: int) -> Int64s:
    days = np.array([[segment.days for segment in meter.view.segments]], np.int64)
    return spread(np.array([total]), days, np.zeros(1, np.intp))[0]


def _parameters(meter: _Meter, wh: Any, varh: Any, active: Any, reactive: Any) -> dict[str, Any] | None:
    """Everything the transformer's step was computed from; ``lost_wh`` is of the view, ``wh`` of the segment."""
    loss = meter.loss
    if loss.method == LossTerms.Method.NONE:
        return None
    known: dict[str, Any] = {
        "method": loss.method, "series": loss.series, "kva": loss.plate.rated_va // 1000, "days": meter.days,
        "hours": meter.days * HOURS_PER_DAY, "active_wh": int(wh), "reactive_varh": int(varh),
        "lost_wh": int(active), "lost_varh": int(reactive), "spreading": loss.spreading, "rules": meter.rules.code,
    }  # fmt: skip
    if loss.method == LossTerms.Method.TABLE:
        return {**known, "table": loss.table}
    shape, plate = meter.rules.shape(loss.shift, loss.shape_e6), loss.plate
    return {
        **known, "rated_va": plate.rated_va, "no_load_w": plate.no_load_w, "load_w": plate.load_w,
        "no_load_current_e6": plate.no_load_current_e6, "impedance_e6": plate.impedance_e6,
        "k": [shape.numerator, shape.denominator], "shift": loss.shift,
    }  # fmt: skip


def _line(meter: _Meter, lost: Any) -> dict[str, Any] | None:
    if not meter.loss.line_loss_e6:
        return None
    on_top = meter.rules.line_loss_on_transformer_loss
    return {"share_e6": meter.loss.line_loss_e6, "lost_wh": int(lost), "on_transformer_loss": on_top}
