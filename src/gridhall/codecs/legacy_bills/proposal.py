"""What the columns of a file most likely are: a mapping to look over, never to trust blindly."""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridhall.codecs.errors import FileProblem
from gridhall.codecs.legacy_bills import words
from gridhall.codecs.legacy_bills.records import BadRow, ColumnMap, Layout
from gridhall.codecs.legacy_bills.rows import rows_of
from gridhall.codecs.legacy_bills.values import day_of
from gridhall.codecs.streams import Readable

SAMPLE_ROWS = 500  # read to judge the file; the first of them are shown
LINE_ONLY = ("name", "line_amount", "period", "tier")


@dataclass(frozen=True, slots=True)
class Looked:
    """Header and first rows of a file, and what was wrong already."""

    header: list[str]
    rows: list[list[str]]
    problems: list[FileProblem]


def look(stream: Readable) -> Looked:
    """The first rows of a file. Raises CodecError where it cannot be read at all."""
    header: list[str] = []
    rows: list[list[str]] = []
    problems: list[FileProblem] = []
    for found in itertools.islice(rows_of(stream), SAMPLE_ROWS):
        if isinstance(found, FileProblem | BadRow):
            problems.append(found.problem if isinstance(found, BadRow) else found)
        elif header:
            rows.append(found.texts)
        else:
            header = found.texts
    return Looked(header, rows, problems)


def propose(looked: Looked, saved: Mapping[str, ColumnMap] | None = None) -> tuple[ColumnMap, str]:
    """A mapping for the header: a saved one that fits every column it names (and its name), or one from words."""
    for name, known in (saved or {}).items():
        if known.targets.keys() <= set(looked.header) and set(known.targets.values()) & {"account"}:
            return known, name
    named = {plain: words.columns().get(plain) for plain in map(words.plain, looked.header)}
    layout: Layout = (
        "lines" if set(named.values()) & {"name"} and set(named.values()) & {"line_amount", "amount"} else "bills"
    )
    targets: dict[str, str] = {}
    for header in looked.header:
        target = _target(header, layout)
        # A second column of the same meaning is left for a person to decide.
        targets[header] = "" if target in targets.values() and not target.startswith("amount/component") else target
    if layout == "lines":
        _lines_take_totals(targets)
    end_included = _end_is_last_day(looked, targets)
    added = any(target == "amount/component" for target in targets.values()) and "amount/energy" not in targets.values()
    return ColumnMap(layout, targets, end_included=end_included, components_added=added), ""


def unknown_names(looked: Looked, mapping: ColumnMap) -> list[str]:
    """Line names of the first rows that no word list knows, most frequent first."""
    place = next((n for n, header in enumerate(looked.header) if mapping.targets.get(header) == "name"), None)
    if place is None:
        return []
    names = Counter(row[place] for row in looked.rows if row[place])
    return [name for name, _ in names.most_common() if words.line_of(name) is None and name not in mapping.words]


def _target(header: str, layout: str) -> str:
    word = words.plain(header)
    if layout == "lines":
        return words.columns().get(word, "")
    target = words.columns().get(word, "")
    if target in LINE_ONLY or target in ("quantity", "price"):
        target = ""
    return target or words.bill_columns().get(word, "")


def _lines_take_totals(targets: dict[str, str]) -> None:
    """In a file of lines, the words of a bill's totals mean the line's where nothing else does."""
    for total, line in (("amount", "line_amount"), ("energy", "quantity")):
        if line not in targets.values():
            for header, target in targets.items():
                if target == total:
                    targets[header] = line


def _end_is_last_day(looked: Looked, targets: Mapping[str, str]) -> bool:
    """Whether `to` is the last day billed: then the day after it has the day of month that `from` has."""
    places = {target: n for n, header in enumerate(looked.header) if (target := targets.get(header))}
    if "from" not in places or "to" not in places:
        return True
    votes = Counter[bool]()
    for row in looked.rows:
        first, last, after = day_of(row[places["from"]]), day_of(row[places["to"]]), None
        after = day_of(row[places["to"]], next_day=True)
        if first and last and after:
            votes[True] += after.day == first.day
            votes[False] += last.day == first.day
    return votes[True] >= votes[False]


def fits(looked: Looked, mapping: ColumnMap) -> Sequence[str]:
    """Targets that a mapping must have and does not: the page asks for them."""
    have = set(mapping.targets.values())
    needed = [["account"]]
    if mapping.layout == "lines":
        needed += [["name"], ["line_amount"]]
    else:
        needed += [["amount"]]
    return [one[0] for one in needed if not have & set(one)]
