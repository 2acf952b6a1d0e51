"""`python -m tests.fuzz [TARGET ...] [--minutes 10] [--runs N]`: feed every reader broken input, led by coverage.

The time is shared out between the targets; each runs in a forked process, since libFuzzer ends the one it runs in.
Exit 1 names the input that got through as anything but a clear error, and where it was kept.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

INPUT_BYTES_MAX = 20_000
INPUT_SECONDS_MAX = 20  # slower than this is a fault too
NOISE = ("INFO:", "WARNING: Failed to find")


def targets() -> tuple[Any, Any]:
    """The targets and the wrapper around their readers, with our code and the parsers below it instrumented."""
    import atheris

    with Path(os.devnull).open("w") as nowhere:
        shown, sys.stderr = sys.stderr, nowhere
        with atheris.instrument_imports(include=["gridhall", "yaml", "openpyxl"]):
            from tests.fuzz.targets import TARGETS, clear
        sys.stderr = shown
    return TARGETS, clear


def fuzz(name: str, target: Any, clear: Any, limit: str, kept: Path) -> bool:
    """Whether one target survived."""
    with tempfile.TemporaryDirectory(prefix="gridhall-fuzz-") as corpus, tempfile.TemporaryFile("w+") as said:
        for number, example in enumerate(target.examples):
            Path(corpus, f"example-{number}").write_bytes(example)
        flags = [corpus, limit, f"-max_len={INPUT_BYTES_MAX}", f"-timeout={INPUT_SECONDS_MAX}", "-rss_limit_mb=4096"]
        flags += [f"-artifact_prefix={kept}/{name}-", "-print_final_stats=1", "-seed=1"]
        child = os.fork()
        if not child:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            run(name, flags, clear(target.read))
        failed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
        said.seek(0)
        lines = said.read().splitlines()
    runs = [line.split()[-1] for line in lines if line.startswith("stat::number_of_executed_units")]
    print(f"{name:<20} {runs[0] if runs else '?':>10} inputs  {'FAILED' if failed else 'ok'}", flush=True)
    if failed:
        print("\n".join(line for line in lines[-80:] if not line.startswith(NOISE)))
    return not failed


def run(name: str, flags: list[str], read: Any) -> None:
    """Become libFuzzer; never returns."""
    import atheris

    atheris.Setup([f"fuzz-{name}", *flags], read)
    atheris.Fuzz()


def main() -> None:
    """All targets, or those named."""
    parser = argparse.ArgumentParser(prog="./run fuzz", description="Feed every reader broken input.")
    parser.add_argument("names", nargs="*", metavar="TARGET")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--runs", type=int, help="inputs per target instead of minutes")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), help="where an input that fails is kept")
    options = parser.parse_args()
    known, clear = targets()
    names = options.names or list(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"There is no target {', '.join(unknown)}; there are: {', '.join(known)}")
    options.keep.mkdir(parents=True, exist_ok=True)
    seconds = max(1, round(options.minutes * 60 / len(names)))
    limit = f"-runs={options.runs}" if options.runs else f"-max_total_time={seconds}"
    survived = [fuzz(name, known[name], clear, limit, options.keep) for name in names]
    sys.exit(not all(survived))


if __name__ == "__main__":
    main()
