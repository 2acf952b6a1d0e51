"""The table of golden cases names tests that are there, and every golden bill stands in it."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs/developer/golden-tests.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[^`:]+)(?:::(\w+))?`", TABLE)
CASES = [f"G{n}" for n in range(1, 17)]


@cache
def functions(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_the_table_names_is_there() -> None:
    assert len(NAMED) > 60
    lost = [
        f"{path}::{name}"
        for path, name in NAMED
        if not (ROOT / path).is_file() or (name and name not in functions(path))
    ]
    assert not lost


def test_every_case_has_a_row_and_every_golden_bill_stands_in_one() -> None:
    rows = re.findall(r"^\| (G\d+) ", TABLE, re.MULTILINE)
    assert rows == CASES
    bills = {f"tests/bills/{path.name}" for path in (ROOT / "tests/bills").glob("*.bill")}
    assert bills - {path for path, _name in NAMED if path.endswith(".bill")} - {"tests/bills/*.bill"} == set()
