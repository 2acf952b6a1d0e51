"""The text of a draft: the canonical YAML form, what is wrong with it, and how it differs from another."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import yaml

from gridhall.cis.tariffs import calendars
from gridhall.kernel import tariffs as kernel_tariffs
from gridhall.kernel.money import format_scaled
from gridhall.kernel.tariffs import FactorE6, PriceE8, TariffError, TariffVersion
from gridhall.kernel.tariffs.text import read_yaml

TEXT_MAX = 100_000  # the largest shipped tariff is 4 kB

BLANK = """\
code: my-tariff
name: {en: My tariff, zh: 我的电价}
area: 湖北
tariff_class: residential
valid_from: %(valid_from)s
source: ""
evidence: S
energy:
  - prices: {total: "0.50"}
"""


class _Dumper(yaml.SafeDumper):
    """A block per mapping, so that a changed price is a changed line; lists of plain values in one line."""

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        plain = all(not isinstance(one, dict | list | tuple) for one in sequence)
        texts = any(isinstance(one, str) for one in sequence)
        return super().represent_sequence(tag, sequence, flow_style=plain and not texts)


@dataclass(frozen=True)
class Problem:
    """Where in the document, and what to do."""

    path: str
    text: str


@dataclass(frozen=True)
class Checked:
    """A text as the kernel reads it: a version with its warnings, or the problems that stand in the way."""

    version: TariffVersion | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class DiffLine:
    """One line of a comparison: ``sign`` is '+', '-' or '' with the numbers of the line in the old and new text."""

    sign: str
    old: int | None
    new: int | None
    text: str


def dump(document: Any) -> str:
    """Dicts, lists and strings in the canonical YAML form."""
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text


def to_yaml(version: TariffVersion) -> str:
    """A version in the canonical YAML form."""
    document = msgspec.to_builtins(version, enc_hook=_encode, builtin_types=(date,), str_keys=True)
    # A block that says only what is usual would be empty, and an empty block reads like none.
    for name in ("over_contract", "utilisation_discount"):
        rule = getattr(version.demand, name, None)
        if rule is not None:
            document["demand"][name] = msgspec.structs.asdict(rule)
    return dump(document)


def _encode(value: object) -> object:
    if isinstance(value, PriceE8 | FactorE6):
        return format_scaled(int(value), value.scale, decimals=2)
    raise NotImplementedError(type(value))


def check(text: str) -> Checked:
    """Problems with their path, else the version and what it should be looked at for."""
    try:
        version = kernel_tariffs.load(text)
    except TariffError as error:
        return Checked(None, tuple(_problem(line) for line in str(error).splitlines()))
    if version.calendar and version.calendar not in calendars.known():
        problem = f"calendar: {version.calendar} is not known; publish its hours first, or choose another"
        return Checked(None, (_problem(problem),))
    return Checked(version, (), (*kernel_tariffs.warnings(version), *calendars.warnings(version)))


def _problem(line: str) -> Problem:
    path, colon, text = line.partition(": ")
    return Problem(path, text) if colon and " " not in path else Problem("", line)


def document_of(text: str) -> dict[str, Any]:
    """The text as a dict; TariffError where it is not YAML or holds something else."""
    found = read_yaml(text)
    if not isinstance(found, dict):
        raise TariffError("document: write fields such as `code: my-tariff`, one a line")
    return found


def code_of(text: str) -> str:
    """The tariff code that a text gives itself, as far as it can be read."""
    try:
        return str(document_of(text).get("code") or "")[:60]
    except TariffError:
        return ""


def canonical(text: str) -> str:
    """The text in the one form in which two of them are compared; as it is where it cannot be used yet."""
    version = check(text).version
    return to_yaml(version) if version else text


def diff(old: str, new: str) -> list[DiffLine]:
    """Line by line, unchanged lines included."""
    before, after = old.splitlines(), new.splitlines()
    lines: list[DiffLine] = []
    for verb, i, i2, j, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if verb == "equal":
            lines += [DiffLine("", i + n + 1, j + n + 1, before[i + n]) for n in range(i2 - i)]
            continue
        lines += [DiffLine("-", n + 1, None, before[n]) for n in range(i, i2)]
        lines += [DiffLine("+", None, n + 1, after[n]) for n in range(j, j2)]
    return lines
