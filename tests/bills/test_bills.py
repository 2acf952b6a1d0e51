"""Every bill file, rated by the array path and by the naive one, compared line by line."""

from difflib import unified_diff
from pathlib import Path

import pytest

from gridhall.kernel.oracle import rate_one
from gridhall.kernel.rating import rate
from tests.bills.text import HERE, Bill, read, shown
from tests.kernel.both import determinants, lines_of, total_of

FILES = sorted(HERE.glob("*.bill"))
BILLS = [pytest.param(bill, id=f"{path.stem}: {bill.title}") for path in FILES for bill in read(path)]


def difference(bill: Bill, found: list[str], by: str) -> str:
    lines = unified_diff(bill.expected, found, "expected", by, n=99, lineterm="")
    return "\n".join([bill.title, *lines])


@pytest.mark.parametrize("bill", BILLS)
def test_a_bill_file_is_rated_as_it_says(bill: Bill) -> None:
    parts = any(line.startswith("of which") for line in bill.expected)
    rated = rate(bill.version, determinants([bill.account]), bill.month)
    for by, lines in (("rate", lines_of(rated, 0)), ("oracle", rate_one(bill.version, bill.account))):
        found = shown(lines, parts=parts)
        assert found == bill.expected, difference(bill, found, by)
    assert f"total {total_of(rated, 0):.2f}" == bill.expected[-1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_bill_file_names_its_case_and_evidence(path: Path) -> None:
    first = path.read_text().splitlines()[0]
    assert first.startswith("# G"), f"{path.name}: the first line names the case and its evidence, such as # G6 [V, C]"
    assert set("".join(part.split("]")[0] for part in first.split("[")[1:])) <= set("VSMC, ")
