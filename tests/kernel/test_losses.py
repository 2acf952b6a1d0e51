"""Transformer and line losses: the formula against fractions, tables, and spreading that loses nothing."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridhall.kernel import shipped
from gridhall.kernel.losses import (
    Plate,
    Plates,
    Shape,
    active_loss_wh,
    active_losses_wh,
    line_losses_wh,
    reactive_loss_varh,
    reactive_losses_varh,
    spread,
)
from gridhall.kernel.tariffs.text import TariffError, read_structured
from gridhall.kernel.transformers import LossTable, Series, rules_on

S11_400 = shipped.transformers()["S11"].plate(400)
K = Shape(105, 100)

plates = st.builds(
    Plate, st.integers(10**5, 10**8), st.integers(0, 10**5), st.integers(0, 10**6), st.integers(0, 10**7),
    st.integers(0, 3 * 10**7),
)  # fmt: skip
points = st.tuples(
    plates, st.integers(0, 10**11), st.integers(0, 10**11), st.integers(0, 9_000),
    st.sampled_from([K, Shape(720, 200), Shape(720, 400), Shape(1, 1)]),
)  # fmt: skip


def half_up(exact: Fraction) -> int:
    return int((exact * 2 + 1) // 2)


def exact_active(plate: Plate, wh: int, varh: int, hours: int, shape: Shape) -> int:
    """The formula as the textbook has it."""
    if not hours:
        return 0
    k = Fraction(shape.numerator, shape.denominator)
    load = k * plate.load_w * (Fraction(wh) ** 2 + Fraction(varh) ** 2) / (Fraction(plate.rated_va) ** 2 * hours)
    return half_up(plate.no_load_w * hours + load)


def exact_reactive(plate: Plate, wh: int, varh: int, hours: int) -> int:
    if not hours:
        return 0
    beta_squared = (Fraction(wh) ** 2 + Fraction(varh) ** 2) / (plate.rated_va * hours) ** 2
    no_load = Fraction(plate.no_load_current_e6, 10**8) * plate.rated_va * hours
    return half_up(no_load + Fraction(plate.impedance_e6, 10**8) * plate.rated_va * beta_squared * hours)


@given(st.lists(points, min_size=1, max_size=8))
def test_arrays_scalars_and_fractions_agree_to_the_watt_hour(rows: list[tuple[Plate, int, int, int, Shape]]) -> None:
    columns = Plates.of([row[0] for row in rows])
    wh, varh, hours = (np.array([row[i] for row in rows], np.int64) for i in (1, 2, 3))
    active = active_losses_wh(columns, wh, varh, hours, [row[4] for row in rows]).tolist()
    reactive = reactive_losses_varh(columns, wh, varh, hours).tolist()
    assert active == [active_loss_wh(*row) for row in rows] == [exact_active(*row) for row in rows]
    assert reactive == [reactive_loss_varh(*row[:4]) for row in rows] == [exact_reactive(*row[:4]) for row in rows]


def test_a_transformer_without_use_still_loses_its_no_load_part_every_day() -> None:
    assert active_loss_wh(S11_400, 0, 0, 31 * 24, K) == 570 * 31 * 24  # [M] P0 of S11, 400 kVA
    assert reactive_loss_varh(S11_400, 0, 0, 31 * 24) == 400_000 * 31 * 24 * 8 // 1000  # 0.8 % of Se


def test_a_month_worked_out_by_hand() -> None:
    """100,000 kWh and 48,432 kvarh in 720 h: 410.4 + 1.05 x 4300 x (100,000² + 48,432²) / (400² x 720 x 1000) kWh."""
    loss = active_loss_wh(S11_400, 100_000_000, 48_432_000, 720, K)
    assert loss == 410_400 + half_up(Fraction(105 * 4300 * (100_000_000**2 + 48_432_000**2), 100 * 400_000**2 * 720))
    assert loss == 894_260


def test_a_single_shift_loses_more_under_load_than_three() -> None:
    rules = rules_on(shipped.loss_rules(), date(2026, 1, 31))
    by_shift = [
        active_loss_wh(S11_400, 50_000_000, 0, 720, rules.shape(shift)) - 570 * 720
        for shift in ("single", "double", "triple")
    ]
    even = Fraction(4300 * 50_000_000**2, 400_000**2 * 720)
    assert by_shift == [half_up(even * 720 / hours) for hours in (200, 400, 720)]
    assert rules.shape("", 0) == Shape(1_050_000, 1_000_000)
    assert rules.shape("", 1_100_000) == Shape(1_100_000, 1_000_000)


S11: Series = shipped.transformers()["S11"]


def test_every_series_has_plates_of_growing_size_and_says_that_nobody_checked_them() -> None:
    assert set(shipped.transformers()) == {"S9", "S11", "S13", "S20", "S22"}
    for series in shipped.transformers().values():
        assert series.evidence == "M"
        assert "To verify" in series.notes[0]
        sizes = sorted(series.plates)
        found = [series.plate(size) for size in sizes]
        assert [plate.no_load_w for plate in found] == sorted(plate.no_load_w for plate in found)
        assert [plate.load_w for plate in found] == sorted(plate.load_w for plate in found)
    with pytest.raises(KeyError, match="S11 has no 333 kVA; there are 30, 50"):
        S11.plate(333)


def test_newer_series_lose_less_without_load() -> None:
    at_400 = [shipped.transformers()[code].plate(400).no_load_w for code in ("S9", "S11", "S13", "S20", "S22")]
    assert at_400 == sorted(at_400, reverse=True)


TABLE = read_structured(
    """
code: test
name: {en: Test, zh: 试}
source: a test
evidence: C
valid_from: 2020-01-01
rows:
  - {series: S9, rated_kva: 100, bands: [{upto_kwh: 5000, loss_kwh: 300, loss_kvarh: 90}, {loss_kwh: 450}]}
""",
    LossTable,
)


@pytest.mark.parametrize(
    ("wh", "days", "month_days", "expected"),
    [
        (5_000_000, 30, 30, (300_000, 90_000)),
        (5_000_001, 30, 30, (450_000, 0)),
        (2_500_000, 15, 30, (150_000, 45_000)),  # the band of a whole month at this pace, by days
        (2_600_000, 15, 30, (225_000, 0)),
        (0, 31, 31, (300_000, 90_000)),
        (0, 0, 31, (0, 0)),
    ],
)
def test_a_table_is_read_by_the_band_of_a_whole_month(
    wh: int, days: int, month_days: int, expected: tuple[int, int]
) -> None:
    assert TABLE.loss("S9", 100, wh, days, month_days) == expected


def test_a_table_without_the_transformer_says_so() -> None:
    with pytest.raises(KeyError, match="no S11 of 100 kVA"):
        TABLE.loss("S11", 100, 0, 30, 30)


def test_the_sample_table_has_an_open_last_band_everywhere() -> None:
    for row in shipped.loss_tables()["sample"].rows:
        edges = [band.upto_kwh for band in row.bands]
        assert edges[-1] is None
        assert edges[:-1] == sorted(edges[:-1])


def test_line_loss_is_a_share_of_the_energy() -> None:
    assert line_losses_wh(np.array([1_000_001, 0]), np.array([25_000, 25_000])).tolist() == [25_000, 0]


weights = st.lists(st.integers(0, 10**12), min_size=6, max_size=6)


@given(st.lists(st.tuples(weights, st.integers(0, 10**12)), min_size=1, max_size=6))
def test_parts_add_up_to_the_whole_and_stay_in_proportion(rows: list[tuple[list[int], int]]) -> None:
    table, total = np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.int64)
    parts = spread(total, table, np.full(len(rows), 3))
    assert parts.sum(axis=1).tolist() == total.tolist()
    assert parts.min() >= 0
    for row, part, whole in zip(table.tolist(), parts.tolist(), total.tolist(), strict=True):
        if sum(row) == 0:
            assert part[3] == whole
        for weight, share in zip(row, part, strict=True):
            if sum(row):
                assert abs(Fraction(whole * weight, sum(row)) - share) <= 1
            if whole <= sum(row) > 0:
                assert share <= weight


def test_losses_beyond_any_meter_are_an_error_not_a_wrong_number() -> None:
    with pytest.raises(OverflowError):
        active_losses_wh(
            Plates.of([Plate(1_000, 0, 10**6, 0, 0)]), np.array([10**12]), np.array([0]), np.array([1]), [K]
        )


def test_a_plate_with_a_wrong_field_names_it() -> None:
    with pytest.raises(TariffError, match="name"):
        read_structured("code: X\n", Series)
