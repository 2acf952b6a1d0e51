"""Kills imports with -9 and looks at what is left; run by test_import_survives_kill.py in a process of its own.

One warm process forks for everything: each import starts in milliseconds, each on its own copy of one prepared world.
The parent rehearses once, so that everything is loaded, and closes its connection before the first fork.
Prints one JSON object per kill.
"""

import hashlib
import json
import os
import random
import shutil
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HOME = Path(tempfile.mkdtemp(prefix="gridhall-kill-"))
os.environ["GRIDHALL_DATA"] = str(HOME / "settings")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridhall.settings")

import django  # noqa: E402

django.setup()

import numpy as np  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from gridhall.codecs import limits  # noqa: E402
from gridhall.codecs.text import TextBlocks  # noqa: E402
from gridhall.platform import audit  # noqa: E402
from gridhall.platform import jobs as motor  # noqa: E402
from gridhall.platform.actor import system  # noqa: E402
from gridhall.platform.models import AuditEvent, Job, OrgUnit  # noqa: E402
from gridhall.readings import jobs, queries, upkeep  # noqa: E402
from gridhall.readings.importing import staging  # noqa: E402
from gridhall.readings.importing.options import ImportOptions  # noqa: E402
from gridhall.readings.importing.run import bring_in  # noqa: E402
from gridhall.readings.models import Issue, MeteringPoint, ReadingsImport, Segment  # noqa: E402
from gridhall.readings.store import close_all  # noqa: E402
from tests.faults.forks import in_fork  # noqa: E402
from tests.faults.worlds import World  # noqa: E402

CITY, FIRST, DAYS, POINTS = "32/04/", date(2026, 9, 1), 14, 30
OPTIONS = ImportOptions(CITY, create_points=True)
# Small enough that segments are written all through the run, not only at its end.
staging.BUFFER_BYTES = 4 << 10
TextBlocks.__init__.__defaults__ = (limits.MAX_BYTES, 8 << 10)


# --- what runs in the forks -----------------------------------------------------------------------------------------


def files() -> tuple[Path, Path]:
    """An earlier file of 20 points, and the one that is killed: 10 points more, later days, corrections and gaps."""
    values = np.random.default_rng(7).integers(100, 900, (POINTS, DAYS, 96)).astype(object)
    earlier, killed = HOME / "earlier.csv", HOME / "killed.csv"
    _write(earlier, values[:20, :5])
    values[3, 2, 10] += 5
    values[5, 9, 20:30] = None
    values[25, 4, 60] = 90_000
    _write(killed, values)
    return earlier, killed


def _write(path: Path, values: np.ndarray) -> None:
    lines = ["point,date,unit," + ",".join(f"v{i + 1}" for i in range(96))]
    for day in range(values.shape[1]):
        for point in range(values.shape[0]):
            cells = ["" if value is None else str(value) for value in values[point, day]]
            lines.append(f"P{point:02d},{FIRST + timedelta(days=day)},Wh,{','.join(cells)}")
    path.write_text("\n".join(lines) + "\n")


def prepare() -> None:
    """The world before: units, 20 points with five days, and the file uploaded as a job that is not yet begun."""
    call_command("migrate", verbosity=0)
    province = OrgUnit.objects.create(level="province", code="32", path="32/", name_zh="苏", name_en="Su")
    OrgUnit.objects.create(parent=province, level="city", code="04", path=CITY, name_zh="市", name_en="City")
    earlier, killed = files()
    bring_in(system(), earlier, "earlier.csv", OPTIONS)
    jobs.upload(system("worker"), "killed.csv", [killed.read_bytes()], OPTIONS)


def by_command() -> None:
    """The import as the command line does it."""
    bring_in(system(), HOME / "killed.csv", "killed.csv", OPTIONS)


def by_worker() -> None:
    """The import as a worker does it; a dead worker's lease is over."""
    Job.objects.filter(state=Job.State.RUNNING).update(lease_until=timezone.now() - timedelta(seconds=1))
    motor.run_until_idle()


def look() -> dict[str, Any]:
    """All that anybody can see, in one hash, and whether store and audit chain are whole."""
    points = list(MeteringPoint.objects.order_by("code").values_list("code", "path", "slots"))
    ids = list(MeteringPoint.objects.order_by("code").values_list("pk", flat=True))
    seen = hashlib.sha256(repr(points).encode())
    curves = queries.curves(ids, 1, FIRST, FIRST + timedelta(days=DAYS))
    order = np.searchsorted(curves.points, ids)
    for part in (curves.values, curves.flags, curves.present):
        seen.update(b"-" if part is None else np.ascontiguousarray(part[order]).tobytes())
    issues = Issue.objects.order_by("point__code", "day", "first_slot", "rule")
    seen.update(repr(list(issues.values_list("point__code", "day", "first_slot", "slots", "rule", "state"))).encode())
    counts = ("file_name", "state", "values", "rows_new", "rows_changed", "rows_same", "rows_refused")
    ended = ReadingsImport.objects.exclude(state=ReadingsImport.State.RUNNING).order_by("pk").values_list(*counts)
    seen.update(repr([*ended, AuditEvent.objects.filter(tag="readings:import").count()]).encode())
    orphans = {path.relative_to(settings.INTERVAL_STORE).as_posix() for path in settings.INTERVAL_STORE.rglob("*.*")}
    orphans -= set(Segment.objects.values_list("file", flat=True))
    damaged = [str(error) for error in upkeep.damaged()] + list(audit.broken_links())
    return {"seen": seen.hexdigest(), "orphans": len(orphans), "damaged": damaged}


def swept() -> int:
    """Orphans left after a sweep an hour later."""
    for path in settings.INTERVAL_STORE.rglob("*.*"):
        os.utime(path, times=(time.time() - 7200,) * 2)
    upkeep.sweep()
    return look()["orphans"]


# --- the parent -----------------------------------------------------------------------------------------------------


def main(kills: int, seed: int) -> None:
    """Kill, look, run again, look; all against what undisturbed runs left."""
    rehearsal = World(HOME, "rehearsal")
    rehearsal.create()
    rehearsal.enter()
    for work in (prepare, by_command, by_worker, look, swept):
        work()
    connection.close()
    close_all()
    rehearsal.destroy()
    base = World(HOME, "base")
    base.create()
    in_fork(base, prepare)
    before = in_fork(base, look)["seen"]
    ways = {"command": by_command, "worker": by_worker}
    whole, seconds = {}, {}
    for name, work in ways.items():
        with base.copy(f"whole_{name}") as world:
            in_fork(world, work)
            seconds[name] = world.elapsed_s
            whole[name] = in_fork(world, look)["seen"]
    moments = random.Random(seed)
    for number in range(kills):
        name = ("command", "worker")[number % 2]
        # One moment in each of as many equal parts of the run, and a little beyond its usual end.
        at = (number + moments.random()) / kills * 1.5
        with base.copy(f"kill_{number}") as world:
            in_fork(world, ways[name], kill_after_s=at * seconds[name])
            left = in_fork(world, look)
            in_fork(world, ways[name])
            again = in_fork(world, look)
            visible = {before: "nothing", whole[name]: "all"}.get(left["seen"], "half")
            print(json.dumps({
                "way": name, "at": round(at, 3), "visible": visible,
                "orphans": left["orphans"], "damaged": left["damaged"] + again["damaged"],
                "same_as_undisturbed": again["seen"] == whole[name], "orphans_after_sweep": in_fork(world, swept),
            }), flush=True)  # fmt: skip


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), int(sys.argv[2]))
    finally:
        connection.close()
        shutil.rmtree(HOME, ignore_errors=True)
