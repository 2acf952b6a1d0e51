"""Care of the store: compaction changes no reading, orphans go, damage is found."""

import os
import time
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from gridhall.platform import jobs as motor
from gridhall.readings import catalog, jobs, queries, upkeep
from gridhall.readings.models import Segment
from tests.readings.conftest import readings, take

AUGUST, TODAY = date(2026, 8, 1), date(2026, 11, 21)
ONE = timedelta(days=1)


@pytest.fixture
def august(points, wide):
    """Four points, August in five files; the last corrects day 3 of P1, and P3 lacks the last day."""
    values = readings(4, 31)
    codes = [p.code for p in points]
    for start in range(0, 31, 8):
        part = values[:, start : start + 8]
        take(wide(codes[:3], part[:3], AUGUST + start * ONE, name=f"a{start}.csv"))
    take(wide(["P3"], values[3:, :30], AUGUST, name="p3.csv"))
    values[1, 3] += 1
    take(wide(["P1"], values[1:2, 3:4], AUGUST + 3 * ONE, name="late.csv"))
    return values


def month(points, snapshot=None):
    return queries.curves([p.pk for p in points], 1, AUGUST, AUGUST + 31 * ONE, snapshot)


def test_compaction_keeps_every_reading_in_every_snapshot(points, august) -> None:
    before = catalog.current_snapshot()
    (todo,) = upkeep.compactable(TODAY)
    upkeep.compact_month(todo)
    now, then = month(points), month(points, before)
    assert (now.values[:3] == august[:3]).all() and not now.present[3, 30]
    assert (now.values == then.values).all() and (now.present == then.present).all()
    live = Segment.objects.filter(retired=None)
    assert sorted(live.values_list("layout", flat=True)) == ["day", "month"]
    assert Segment.objects.filter(retired=before + 1).count() == 6


def test_a_compacted_month_is_not_compacted_again_until_something_arrives(points, august, wide) -> None:
    upkeep.compact_month(upkeep.compactable(TODAY)[0])
    assert upkeep.compactable(TODAY) == []
    take(wide(["P3"], readings(1, 1, seed=3), AUGUST + 30 * ONE, name="last.csv"))
    (again,) = upkeep.compactable(TODAY)
    upkeep.compact_month(again)
    assert month(points).present.all()
    assert list(Segment.objects.filter(retired=None).values_list("layout", flat=True)) == ["month"]


def test_the_open_month_is_left_alone(points, august) -> None:
    assert upkeep.compactable(date(2026, 8, 31)) == [] == upkeep.compactable(date(2026, 9, 5))
    assert len(upkeep.compactable(date(2026, 9, 6))) == 1


def test_a_correction_published_meanwhile_stops_the_compaction(points, august, wide, store) -> None:
    def overtake() -> None:
        take(wide(["P0"], readings(1, 1, seed=8), AUGUST, name="overtaking.csv"))

    with pytest.raises(catalog.Moved):
        upkeep.compact_month(upkeep.compactable(TODAY)[0], fence=overtake)
    assert not Segment.objects.filter(layout="month").exists()
    assert not list(store.rglob("month-*"))


def test_the_job_compacts_and_sweeps(points, august) -> None:
    motor.submit(jobs.COMPACT, {})
    motor.run_until_idle()
    assert Segment.objects.filter(retired=None, layout="month").count() == 1


def test_a_file_that_no_catalog_row_names_is_swept_after_an_hour(store, points, august) -> None:
    orphan = next(store.rglob("*.parquet")).with_name("orphan.parquet")
    orphan.write_bytes(b"half a segment")
    assert upkeep.sweep() == []
    os.utime(orphan, times=(time.time() - 7200,) * 2)
    known = Segment.objects.count()
    assert upkeep.sweep() == [orphan.relative_to(store).as_posix()]
    assert len(list(store.rglob("*.parquet"))) == known


def test_verify_names_a_damaged_file_and_how_to_mend_it(store, points, august, capsys) -> None:
    call_command("readings", "verify")
    victim = Segment.objects.order_by("segment_id").first()
    path = store / victim.file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    (store / Segment.objects.order_by("segment_id").last().file).unlink()
    with pytest.raises(CommandError, match="2 of 6"):
        call_command("readings", "verify")
    told = capsys.readouterr().err
    assert victim.file in told and f"import {victim.imported.public_id.hex} again" in told


def test_the_command_line_compacts_and_sweeps(points, august, capsys) -> None:
    call_command("readings", "compact")
    call_command("readings", "sweep")
    assert "1 months" in (told := capsys.readouterr().out) and "0 orphans" in told
