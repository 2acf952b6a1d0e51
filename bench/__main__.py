"""`./run bench [NAME ...] [--json]`: run benchmarks, each in a process and a data folder of its own.

A benchmark is a module in this folder with `measure() -> dict[str, int | float | str]`. Names of figures carry their unit
last, as everywhere: `bills_per_s`, `file_mb`, `peak_rss_mb`.
"""

import argparse
import importlib
import json
import os
import pkgutil
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Figures = dict[str, Any]


def names() -> list[str]:
    """Every benchmark there is."""
    return sorted(module.name for module in pkgutil.iter_modules([str(HERE)]) if not module.name.startswith("_"))


def machine() -> Figures:
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


def measure_here(name: str) -> Figures:
    """Run one benchmark in this process and add what the process itself cost."""
    began, cpu_before = time.perf_counter(), time.process_time()
    figures: Figures = importlib.import_module(f"bench.{name}").measure()
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        **figures,
        "wall_s": round(time.perf_counter() - began, 2),
        "cpu_s": round(time.process_time() - cpu_before + children.ru_utime + children.ru_stime, 2),
        "peak_rss_mb": round(max(own.ru_maxrss, children.ru_maxrss) / 1024),
    }


def measure_apart(name: str) -> Figures:
    """Run one benchmark in a fresh process, so that memory and caches of one do not colour the next."""
    with tempfile.TemporaryDirectory(prefix=f"gridhall-bench-{name}-") as folder:
        result = Path(folder, "figures.json")
        env = {**os.environ, "GRIDHALL_DATA": str(Path(folder, "data")), "PYTHONPATH": str(HERE.parent)}
        env.setdefault("DJANGO_SETTINGS_MODULE", "gridhall.settings")
        command = [sys.executable, "-m", "bench", "--child", name, "--into", str(result)]
        if subprocess.run(command, env=env, stdout=sys.stderr, check=False).returncode:
            raise SystemExit(f"The benchmark {name} failed; its message is above.")
        return json.loads(result.read_text())


def show(name: str, figures: Figures) -> None:
    """Print one benchmark as an aligned list."""
    print(f"\n{name}")
    width = max(map(len, figures))
    for figure, value in figures.items():
        shown = f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else value
        print(f"  {figure.ljust(width)}  {shown}")


def main() -> None:
    """Measure what is named, or everything."""
    parser = argparse.ArgumentParser(prog="./run bench", description="Measure.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()) or "none yet")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--into", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        Path(options.into).write_text(json.dumps(measure_here(options.child)))
        return
    unknown = set(options.names) - set(names())
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(names())}")
    facts = machine()
    if not options.json:
        show("machine", facts)
    results = {}
    for name in options.names or names():
        results[name] = measure_apart(name)
        if not options.json:
            show(name, results[name])
    if options.json:
        print(json.dumps({"machine": facts, "benchmarks": results}, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
