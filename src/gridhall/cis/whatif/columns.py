"""A population's columns: one .npy file each, mapped and never read whole; rows of one tariff version lie together."""

from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from django.conf import settings

from gridhall.kernel.rating import Determinants
from gridhall.platform.files import write_whole

KEPT_OPEN = 8  # populations mapped per process; the map costs addresses, not memory


@dataclass(frozen=True)
class Columns:
    """n rows (a segment of a bill each) of m accounts. ``owner[n]`` counts accounts from 0; ``version_first`` says
    where the rows of each of ``versions`` begin, and where they end."""

    facts: Determinants
    owner: np.ndarray
    base_fen: np.ndarray
    version_first: np.ndarray
    versions: tuple[int, ...]
    account_id: np.ndarray  # [m]
    unit: np.ndarray  # [m] position in `units`
    use_class: np.ndarray  # [m] position in `classes`
    low_income: np.ndarray  # [m]
    before_fen: np.ndarray  # [m]
    opened: np.ndarray  # [m] the day, as an ordinal
    earlier_wh: np.ndarray  # [m, 11] billed in the months before, the nearest first
    before_in_bill_wh: np.ndarray  # [n] in the earlier rows of the same bill
    units: tuple[str, ...]
    classes: tuple[str, ...]

    def rows_of(self, number: int) -> slice:
        """The rows of the version at a position of ``versions``."""
        return slice(int(self.version_first[number]), int(self.version_first[number + 1]))


ARRAYS = (
    "owner", "base_fen", "version_first", "account_id", "unit", "use_class", "low_income", "before_fen", "opened",
    "earlier_wh", "before_in_bill_wh",
)  # fmt: skip
WORDS = ("versions", "units", "classes")


def folder(public_id: object) -> Path:
    """Where a population lies; it can be taken again, so a back-up leaves it out."""
    return Path(settings.DATA) / "populations" / str(public_id)


def save(public_id: object, columns: Columns) -> None:
    """All columns, then the manifest: a folder without one is not a population."""
    place = folder(public_id)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for name in ARRAYS:
        np.save(place / f"{name}.npy", getattr(columns, name))
    for field in fields(Determinants):
        np.save(place / f"facts-{field.name}.npy", getattr(columns.facts, field.name))
    write_whole(place / "manifest.json", json.dumps({name: getattr(columns, name) for name in WORDS}).encode())


@functools.lru_cache(maxsize=KEPT_OPEN)
def load(public_id: object) -> Columns:
    """The columns, mapped; FileNotFoundError where they are gone and the population has to be taken again."""
    place = folder(public_id)
    words = {name: tuple(value) for name, value in json.loads((place / "manifest.json").read_bytes()).items()}
    arrays = {name: np.load(place / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
    facts = {field.name: np.load(place / f"facts-{field.name}.npy", mmap_mode="r") for field in fields(Determinants)}
    return Columns(facts=Determinants(**facts), **arrays, **words)


def joined(parts: Sequence[Determinants]) -> Determinants:
    """The rows of all parts, in order."""
    names = [field.name for field in fields(Determinants)]
    return Determinants(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
