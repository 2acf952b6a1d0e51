"""A chunk of accounts on disk: its kept determinants and its last balances, one file, there whole or not at all.

Everything in it can be counted again from readings and books, so a back-up leaves it out.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from django.conf import settings

from gridhall.cis.prepay.month_to_date import WIDTH, Kept
from gridhall.platform.files import write_whole

FORM = 2  # raised when the columns change their meaning: older files are counted anew


@dataclass(frozen=True)
class Counted:
    """Balances of n accounts: int64[n] each but ``level`` (position in LEVELS) and ``complete``."""

    account_id: np.ndarray
    ledger_fen: np.ndarray
    unbilled_fen: np.ndarray
    seen_minutes: np.ndarray
    level: np.ndarray
    complete: np.ndarray

    @property
    def balance_fen(self) -> np.ndarray:
        """What is left: negative is owed."""
        return self.ledger_fen - self.unbilled_fen


def place(cycle_id: int, first_id: int) -> Path:
    """The file of the chunk that begins with an account."""
    return Path(settings.DATA) / "prepay" / str(cycle_id) / f"{first_id}.npz"


def save(path: Path, kept: Kept, counted: Counted) -> None:
    """Replace the file of a chunk."""
    content = io.BytesIO()
    head = np.array([FORM, kept.snapshot, kept.on.toordinal(), kept.hours], np.int64)
    np.savez(content, head=head, kept=kept.rows, **vars(counted))
    write_whole(path, content.getvalue())


def load(path: Path) -> tuple[Kept, Counted] | None:
    """What the file holds; None where there is none that can be read, and everything has to be counted anew."""
    try:
        with np.load(path) as arrays:
            form, snapshot, on, hours = arrays["head"].tolist()
            names = Counted.__dataclass_fields__
            counted = Counted(**{name: arrays[name] for name in names})
            kept = Kept(snapshot, date.fromordinal(on), arrays["kept"], hours)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    return (kept, counted) if form == FORM and kept.rows.shape[1:] == (WIDTH,) else None
