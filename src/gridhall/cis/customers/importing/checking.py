"""What a customer file would do, without doing it: counts, first rows, and everything wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.customers.importing.candidate import Candidate, Known, read
from gridhall.cis.customers.importing.columns import COLUMNS, REQUIRED
from gridhall.cis.customers.importing.fields import Fields, RowProblem
from gridhall.cis.customers.models import Account
from gridhall.cis.metering.models import Meter
from gridhall.cis.network.models import ServicePoint
from gridhall.codecs.errors import CodecError, FileProblem, shown
from gridhall.codecs.tables import read_rows, write_csv
from gridhall.platform.scope import Scope
from gridhall.readings.importing import problems as codec_problems
from gridhall.readings.models import MeteringPoint

ROWS_MAX = 50_000  # rows are held in memory, about 5 kB each, and written in one transaction
FIRST_ROWS = 10
_CHUNK = 1_000


@dataclass
class Checked:
    """The judgement on a file. ``rows`` counts data rows; ``first`` are texts as read; a row is good or refused."""

    rows: int = 0
    good: list[Candidate] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    first: list[dict[str, str]] = field(default_factory=list)
    texts: dict[int, dict[str, str]] = field(default_factory=dict)
    points: dict[str, MeteringPoint] = field(default_factory=dict)  # measured already, supplied to nobody
    unreadable: bool = False  # the file as a whole is refused: no row of it was judged

    @property
    def refused(self) -> int:
        """Rows that cannot come in."""
        return self.rows - len(self.good)

    def note(self, row: int | None, column: str, message: str, refuses: bool = True) -> None:
        """One more problem."""
        self.problems.append(RowProblem(row, column, message, refuses))

    def refused_csv(self) -> Iterator[bytes]:
        """The refused rows as a CSV in the form of the import, with the reasons in front."""
        reasons: dict[int, list[str]] = {}
        for problem in self.problems:
            if problem.refuses and problem.row is not None:
                reasons.setdefault(problem.row, []).append(f"{problem.field}: {problem.message}".removeprefix(": "))
        header = [_("Row"), _("Reason"), *COLUMNS]
        return write_csv(
            header,
            (
                [row, " / ".join(reasons[row]), *(self.texts.get(row, {}).get(name, "") for name in COLUMNS)]
                for row in sorted(reasons)
            ),
        )


def check(scope: Scope, file: Path) -> Checked:
    """Judge every row of a CSV or XLSX by itself, against the others and against what is there. Changes nothing."""
    result, known = Checked(), Known.within(scope, timezone.localdate())
    candidates: list[Candidate] = []
    try:
        with file.open("rb") as stream:
            for found in read_rows(stream, COLUMNS, required=REQUIRED):
                if isinstance(found, FileProblem):
                    _from_codec(result, found)
                    continue
                result.rows += 1
                if result.rows > ROWS_MAX:
                    return _too_long()
                texts = {name: text for name, text in found.fields.items() if text}
                result.texts[found.row] = texts
                if len(result.first) < FIRST_ROWS:
                    result.first.append(texts)
                row = Fields(found.row, texts)
                candidate = read(row, known)
                result.problems += row.problems
                if candidate:
                    candidates.append(candidate)
    except CodecError as error:
        found = error.problem
        return Checked(problems=[RowProblem(found.row, found.field, _sentence(found))], unreadable=True)
    result.points = _waiting_points(candidates)
    result.good = _without_strays(result, _without_repeats(result, candidates))
    result.problems.sort(key=lambda problem: (problem.row or 0, problem.field))
    return result


def _from_codec(result: Checked, found: FileProblem) -> None:
    refuses = codec_problems.refuses(codec_problems.from_codec(found))
    result.note(found.row, found.field, _sentence(found), refuses)
    if refuses and found.row is not None:
        result.rows += 1


def _sentence(found: FileProblem) -> str:
    return codec_problems.sentence(codec_problems.from_codec(found))


def _too_long() -> Checked:
    message = _("The file has more than %(most)s rows; split it, for example by unit.") % {"most": ROWS_MAX}
    return Checked(problems=[RowProblem(None, "", message)], unreadable=True)


def _without_repeats(result: Checked, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates that neither another row nor the database already holds; the others are noted."""
    bad: set[int] = set()
    for column, key, stored in _IDENTITIES:
        there = _present(stored, filter(None, map(key, candidates)))
        first_rows: dict[object, int] = {}
        for candidate in candidates:
            value = key(candidate)
            if value is None:
                continue
            first = first_rows.setdefault(value, candidate.row)
            if value in there:
                message = _("This %(field)s is in the system already; remove the row or correct it.")
            elif first != candidate.row:
                message = _("Row %(row)s has the same %(field)s; keep one of the two.")
            else:
                continue
            bad.add(candidate.row)
            result.note(candidate.row, column, message % {"row": first, "field": column})
    return [candidate for candidate in candidates if candidate.row not in bad]


def _waiting_points(candidates: list[Candidate]) -> dict[str, MeteringPoint]:
    """The metering points, by code, that an import of readings has made before anybody was supplied there."""
    rows = MeteringPoint.objects.filter(service_point__isnull=True)
    codes = iter([candidate.point for candidate in candidates])
    found: dict[str, MeteringPoint] = {}
    while chunk := list(islice(codes, _CHUNK)):
        found.update({point.code: point for point in rows.filter(code__in=chunk)})
    return found


def _without_strays(result: Checked, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates whose metering point, if it is there already, lies in their unit; the others are noted."""
    good = []
    for candidate in candidates:
        point = result.points.get(candidate.point)
        if point is None or point.path.startswith(candidate.unit.path):
            good.append(candidate)
        else:
            message = _("Metering point %(value)s belongs to another unit; correct the code or the unit.")
            result.note(candidate.row, "point", message % {"value": shown(candidate.point)})
    return good


def _point(candidate: Candidate) -> str:
    return candidate.point


def _meter(candidate: Candidate) -> str | None:
    return candidate.metered.details.asset_number if candidate.metered else None


def _customer_at(candidate: Candidate) -> tuple[str, str]:
    return candidate.customer["name"], candidate.address


def _stored_points(codes: list[str]) -> Iterable[str]:
    return ServicePoint.objects.filter(point__code__in=codes).values_list("point__code", flat=True)


def _stored_meters(numbers: list[str]) -> Iterable[str]:
    return Meter.objects.filter(asset_number__in=numbers).values_list("asset_number", flat=True)


def _stored_customers(keys: list[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    rows = Account.objects.filter(status=Account.Status.ACTIVE, customer__name__in={name for name, _address in keys})
    return rows.values_list("customer__name", "premise__address")


def _present(stored: Callable[[list], Iterable], values: Iterable) -> set:
    remaining, there = iter(values), set()
    while chunk := list(islice(remaining, _CHUNK)):
        there.update(stored(chunk))
    return there


_IDENTITIES = (
    ("point", _point, _stored_points),
    ("meter", _meter, _stored_meters),
    ("address", _customer_at, _stored_customers),
)
