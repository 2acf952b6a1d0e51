"""The files the house rules read: what git holds or would hold, parsed once."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src/gridhall"
BINARY = {".png", ".jpg", ".ico", ".webp", ".xlsx", ".pdf", ".npy", ".npz", ".gz", ".parquet"}


@cache
def files() -> tuple[Path, ...]:
    """Every file that git tracks or would track, without what the build makes."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split("\0")  # fmt: skip
    return tuple(path for name in listed if name and (path := ROOT / name).is_file())


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file with its content."""
    for path in files():
        if path.suffix not in BINARY:
            yield path, path.read_text("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """The parsed module; cached, because several rules walk it."""
    return ast.parse(path.read_text("utf-8"), str(path))


def modules(under: Path = PACKAGE) -> list[Path]:
    """The Python modules below a folder."""
    return [path for path in files() if path.suffix == ".py" and path.is_relative_to(under)]


def pages() -> list[Path]:
    """What a browser gets from us: templates, own scripts and styles."""
    return [path for path in files() if path.suffix in {".html", ".js", ".css", ".svg"} and PACKAGE in path.parents]


def where(path: Path, line: int | None = None) -> str:
    """`path:line`, as editors understand it."""
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))
