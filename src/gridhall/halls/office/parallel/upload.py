"""A file on its way to a run: kept under a signed name, looked through with a mapping, corrected, started."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.billing.history import months_back
from gridhall.cis.parallel import queries
from gridhall.codecs import legacy_bills as codec
from gridhall.codecs.errors import CodecError, FileProblem
from gridhall.halls import formats
from gridhall.halls.dates import month_of
from gridhall.halls.forms import HallForm
from gridhall.halls.office.units import unit_choices
from gridhall.platform.errors import Refused
from gridhall.platform.scope import Scope
from gridhall.readings.importing import files
from gridhall.readings.importing.problems import Problem, from_codec

SALT = "old-bills"
KEPT_S_MAX = 86_400
LOOKED_AT = 500  # bills and refused rows that the preview counts
SHOWN = 5
SAMPLES = 3
MONTHS_OFFERED = 24


class FileForm(HallForm):
    """The file, where its accounts are, and its month."""

    file = forms.FileField(
        label=gettext_lazy("File"), max_length=200,
        help_text=gettext_lazy("CSV, bars, tabs or XLSX; one row a bill or one row a line, any column names."),
    )  # fmt: skip
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Every account of this unit is compared; leave no part of it out of the file."),
    )
    month = forms.TypedChoiceField(label=gettext_lazy("Month"), coerce=int)

    def __init__(self, scope: Scope, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = unit_choices(scope, provinces=True)
        months = [months_back(month_of(timezone.localdate()), n) for n in range(MONTHS_OFFERED)]
        self.fields["month"].choices = [(one, formats.month(one)) for one in months]
        self.fields["month"].initial = months[1]


@dataclass(frozen=True)
class Kept:
    """An upload that waits: whose it is stands in the signed name."""

    file: Path
    name: str
    path: str
    month: int

    def said(self, user_id: int | None) -> str:
        """Signed for this reader."""
        return signing.dumps([self.file.name, self.name, self.path, self.month, user_id], salt=SALT)


def kept(said: str, user_id: int | None) -> Kept:
    """The upload behind a signed name, if it is this reader's and still there."""
    try:
        file, name, path, month, owner = signing.loads(said, salt=SALT, max_age=KEPT_S_MAX)
    except (signing.BadSignature, ValueError) as error:
        raise Refused(_("This form is too old; upload the file again.")) from error
    found = files.kept(file)
    if owner != user_id or not found.is_file():
        raise Refused(_("This form is too old; upload the file again."))
    return Kept(found, name, path, month)


@dataclass
class Column:
    """One column of the file: its name there, samples, and what it becomes."""

    place: int
    header: str
    samples: list[str]
    target: str


@dataclass
class Seen:
    """What the file would be with a mapping."""

    mapping: codec.ColumnMap
    known_as: str = ""
    columns: list[Column] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)  # unknown line names and what they were said to mean
    lacking: list[str] = field(default_factory=list)
    bills: list[codec.LegacyBill] = field(default_factory=list)
    good: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        return bool(self.good) and not self.lacking


def see(found: Kept, scope: Scope, mapping: codec.ColumnMap | None = None) -> Seen:
    """Look through the first rows with a mapping, or with the one that the words propose."""
    with found.file.open("rb") as stream:
        try:
            looked = codec.look(stream)
        except CodecError as error:
            return Seen(codec.ColumnMap("bills", {}), problems=[from_codec(error.problem)])
    known_as = ""
    if mapping is None:
        mapping, known_as = codec.propose(looked, queries.mappings(scope))
    seen = Seen(mapping, known_as, lacking=list(codec.fits(looked, mapping)))
    for place, header in enumerate(looked.header):
        samples = list(dict.fromkeys(row[place] for row in looked.rows if row[place]))[:SAMPLES]
        seen.columns.append(Column(place, header, samples, mapping.targets.get(header, "")))
    seen.names = [(name, "") for name in codec.unknown_names(looked, mapping)] + list(mapping.words.items())
    if not seen.lacking:
        _first_bills(found, seen)
    return seen


def _first_bills(found: Kept, seen: Seen) -> None:
    with found.file.open("rb") as stream:
        try:
            for one in itertools.islice(codec.read(stream, seen.mapping, found.month), LOOKED_AT):
                if isinstance(one, codec.LegacyBill):
                    seen.good += 1
                    seen.bills += [one] if len(seen.bills) < SHOWN else []
                elif isinstance(one, FileProblem):
                    seen.problems.append(from_codec(one))
                else:
                    seen.refused += 1
                    seen.problems.append(from_codec(one.problem))
        except CodecError as error:
            seen.problems.append(from_codec(error.problem))


def corrected(sent: MultiValueDict[str, str], header: list[str], before: codec.ColumnMap) -> codec.ColumnMap:
    """The mapping as the reader set it: one target a column, the other columns left out."""
    targets = {name: sent.get(f"target-{place}", "") for place, name in enumerate(header)}
    single = [target for target in targets.values() if target and "/" not in target]
    twice = sorted({target for target in single if single.count(target) > 1})
    if twice:
        raise Refused(_("Two columns become the same: %(what)s. Leave one of them out.") % {"what": ", ".join(twice)})
    words = dict(before.words)
    for n in range(len(sent)):
        name, kind = sent.get(f"name-{n}", ""), sent.get(f"kind-{n}", "")
        if name and kind in (*codec.KINDS, "total"):
            words[name] = kind
    layout: Any = "lines" if sent.get("layout") == "lines" else "bills"
    return replace(
        before, layout=layout, targets=targets, words=words, end_included=bool(sent.get("end_included")),
        components_added=bool(sent.get("components_added")),
    )  # fmt: skip
