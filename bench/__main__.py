"""`./run bench [NAME ...] [--json]`: run benchmarks, each in a process and a data folder of its own.

A benchmark is a module `bench/SUITE/NAME.py` with a docstring and `run() -> list[dict]`, one row per figure: `name`,
`value`, `unit`, `method`, and, where it is compared, `against`, `against_value` and `ratio`. NAME may be a suite.
"""

import argparse
import importlib
import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Row = dict[str, Any]


def benchmarks() -> list[str]:
    """Every benchmark as `suite.name`; other modules in the folders are helpers."""
    return sorted(
        f"{path.parent.name}.{path.stem}"
        for path in HERE.glob("*/*.py")
        if re.search(r"^def run\(\)", path.read_text("utf-8"), re.MULTILINE)
    )


def chosen(names: list[str]) -> list[str]:
    """The benchmarks that `names` mean: a suite, a name, or both with a dot; all where there is none."""
    known = benchmarks()
    if not names:
        return known
    found = [one for one in known if any(name in (one, *one.split(".")) for name in names)]
    lost = [name for name in names if not any(name in (one, *one.split(".")) for one in known)]
    if lost:
        raise SystemExit(f"There is no benchmark {', '.join(lost)}; there are: {', '.join(known)}")
    return found


def machine() -> Row:
    """What the figures were taken on; CPU seconds bear comparison, wall seconds depend on the load."""
    model = next(
        (line.split(":", 1)[1].strip() for line in lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    memory_kb = next((int(line.split()[1]) for line in lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "memory_gb": round(memory_kb / 1_048_576, 1),
        "load_average": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "system": platform.platform(),
        "on": time.strftime("%Y-%m-%d"),
    }


def lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if os.path.exists(path) else []


def run_here(name: str) -> dict[str, Any]:
    """Run one benchmark in this process; what the process itself cost comes with its rows."""
    began, cpu_before = time.perf_counter(), time.process_time()
    rows = importlib.import_module(f"bench.{name}").run()
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "name": name,
        "rows": rows,
        "wall_s": round(time.perf_counter() - began, 1),
        "cpu_s": round(time.process_time() - cpu_before + children.ru_utime + children.ru_stime, 1),
        "peak_memory_mb": round(max(own.ru_maxrss, children.ru_maxrss) / 1024),
    }


def run_apart(name: str) -> dict[str, Any]:
    """Run one benchmark in a fresh process, so that memory and caches of one do not colour the next."""
    with tempfile.TemporaryDirectory(prefix="gridhall-bench-") as folder:
        result = Path(folder, "result.json")
        env = {**os.environ, "GRIDHALL_DATA": str(Path(folder, "data")), "DJANGO_SETTINGS_MODULE": "gridhall.settings"}
        env["PYTHONPATH"] = os.pathsep.join([str(HERE.parent), str(HERE.parent / "src")])
        command = [sys.executable, "-m", "bench", "--child", name, "--into", str(result)]
        if subprocess.run(command, env=env, stdout=sys.stderr, check=False).returncode:
            return {"name": name, "failed": True}
        return json.loads(result.read_text())


def show(done: dict[str, Any]) -> None:
    """Print one benchmark: a line per figure, and below it how it was taken."""
    if done.get("failed"):
        print(f"\n{done['name']}  FAILED; its message is above")
        return
    print(f"\n{done['name']}  ({done['cpu_s']} CPU s, {done['wall_s']} s, {done['peak_memory_mb']} MB)")
    for row in done["rows"]:
        against = ""
        if row.get("against_value"):
            against = f"   {row['against']}: {row['against_value']:,}   x {row['ratio']}"
        print(f"  {row['name']:<28} {row['value']:>16,} {row['unit']}{against}\n      {row['method']}")


def main() -> None:
    """Measure what is named, or everything; exit 1 when a benchmark failed."""
    parser = argparse.ArgumentParser(prog="./run bench", description="Measure.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(benchmarks()))
    parser.add_argument("--json", action="store_true", help="a JSON list of figures on standard output")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--into", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        Path(options.into).write_text(json.dumps(run_here(options.child)))
        return
    names, facts, results = chosen(options.names), machine(), []
    if not options.json:
        print("  ".join(f"{fact} {value}" for fact, value in facts.items()))
    for name in names:
        results.append(run_apart(name))
        if not options.json:
            show(results[-1])
    if options.json:
        rows = [{**row, "machine": facts} for done in results for row in done.get("rows", ())]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    sys.exit(any(done.get("failed") for done in results))


if __name__ == "__main__":
    main()
