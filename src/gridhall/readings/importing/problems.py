"""What was wrong with a file, kept with the import and said in the reader's language."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext, gettext_noop

from gridhall.codecs.errors import MESSAGES, FileProblem, Severity, shown

KEPT = 1000  # problems kept with an import; a longer list is read by nobody

# A template says what is wrong, then the remedy after the semicolon: the same form as in the codecs.
TEMPLATES = {
    "point_unknown": gettext_noop(
        "No metering point has the code {value} ({expected} rows); "
        "correct the code, or create the metering point first."
    ),
    "point_slots": gettext_noop(
        "The metering point {value} is read {expected} times a day, the file has another interval; "
        "export the file with the interval of the metering point."
    ),
    "value_negative": gettext_noop("{value} is negative; give energy that flows back as a quantity of its own."),
    "value_large": gettext_noop("{value} Wh is more than one interval can hold; check the unit of the file."),
    "meter_unknown": gettext_noop(
        "No reading of meter {value} is known here; "
        "record its installation, or give the code of the metering point instead."
    ),
    "register_decimals": gettext_noop(
        "The reading of {value} has more decimals than its register ({expected}); give it as the display shows it."
    ),
    "cancelled": gettext_noop("The import was cancelled and nothing was changed; start it again when it is wanted."),
    "edits_kept": gettext_noop(
        "{expected} values that were corrected by hand were kept (the first is {value}); "
        "edit them again if the file is right."
    ),
}

Problem = dict[str, Any]


def problem(
    code: str, *, row: int | None = None, field: str = "", value: object = "", expected: object = "", warn: bool = False
) -> Problem:
    """One problem as it is stored with the import; ``code`` is a key of TEMPLATES or of the codecs' MESSAGES."""
    severity = Severity.WARN if warn else Severity.REFUSE
    return {
        "row": row, "field": field, "value": shown(value), "code": code, "expected": shown(expected), "other_row": None,
        "severity": severity.value,
    }  # fmt: skip


def from_codec(found: FileProblem) -> Problem:
    """A codec's problem in the same form."""
    return {
        "row": found.row, "field": found.field, "value": found.value, "code": found.message_code.value,
        "expected": found.expected, "other_row": found.other_row, "severity": found.severity.value,
    }  # fmt: skip


def refuses(found: Problem) -> bool:
    """Whether the problem keeps its row out."""
    return found["severity"] == Severity.REFUSE.value


def sentence(found: Problem) -> str:
    """The problem and its remedy in the active language."""
    template = TEMPLATES.get(found["code"]) or MESSAGES.get(found["code"]) or found["code"]
    return gettext(template).format(**{**found, "field": found["field"] or gettext("field")})


def reason_and_remedy(found: Problem) -> tuple[str, str]:
    """The sentence in its two halves."""
    halves = re.split(r"[;；]\s*", sentence(found), maxsplit=1)
    return halves[0], halves[1] if len(halves) > 1 else ""


def as_csv(problems: Iterable[Problem]) -> Iterator[str]:
    """The list as CSV lines for a spreadsheet: row, field, value, reason, remedy."""
    yield "\ufeff" + _line([gettext("Row"), gettext("Field"), gettext("Value"), gettext("Reason"), gettext("Remedy")])
    for found in problems:
        yield _line([found["row"] or "", found["field"], found["value"], *reason_and_remedy(found)])


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    # A cell that begins like a formula would run in the spreadsheet that opens the file.
    safe = ("'" + text if (text := str(cell)).startswith(("=", "+", "-", "@", "\t")) else text for cell in cells)
    csv.writer(out).writerow(safe)
    return out.getvalue()
