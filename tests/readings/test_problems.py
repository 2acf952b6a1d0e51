"""Problems of a file, said in the reader's language and safe to open in a spreadsheet."""

import csv
import string

import pytest
from django.utils.translation import gettext, override

from gridhall.codecs.errors import MESSAGES
from gridhall.readings.importing import problems

EVERY = {**{code.value: text for code, text in MESSAGES.items()}, **problems.TEMPLATES}


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("code", EVERY)
def test_every_problem_reads_in_chinese_with_the_same_facts_and_a_remedy(code) -> None:
    english = EVERY[code]
    with override("zh-hans"):
        chinese = gettext(english)
        assert chinese != english, "no Chinese sentence"
        assert fields(chinese) == fields(english)
        assert all(problems.reason_and_remedy(problems.problem(code, row=3, field="v1", value="x", expected="y")))


def test_the_list_of_problems_is_a_csv_with_row_field_reason_and_remedy() -> None:
    found = [problems.problem("point_unknown", row=7, field="point", value="P9", expected=2)]
    with override("en"):
        header, line = csv.reader("".join(problems.as_csv(found)).removeprefix("\ufeff").splitlines())
    assert header == ["Row", "Field", "Value", "Reason", "Remedy"]
    assert line == [
        "7", "point", "P9", "No metering point has the code P9 (2 rows)",
        "correct the code, or create the metering point first.",
    ]  # fmt: skip


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_value_from_the_file_never_becomes_a_formula(evil) -> None:
    lines = list(problems.as_csv([problems.problem("number", row=1, field=evil, value=evil)]))
    cells = next(csv.reader(lines[1:]))
    assert cells[1] == cells[2] == "'" + evil
