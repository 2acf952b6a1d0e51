"""What the person who imports decides."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any

from gridhall.codecs.intervals import IntervalOptions


@dataclass(frozen=True)
class ImportOptions:
    """``unit_path``: new points are created there, and it lists the import (empty: the lowest unit of the points).

    ``quarantine``: take the good rows and list the bad ones, instead of refusing the file. ``format``: empty to detect.
    """

    unit_path: str = ""
    quarantine: bool = False
    create_points: bool = False
    format: str = ""
    intervals: IntervalOptions = field(default_factory=IntervalOptions)

    def as_json(self) -> dict[str, Any]:
        """For the arguments of a job."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> ImportOptions:
        """Back from the arguments of a job."""
        return cls(**{**stored, "intervals": IntervalOptions(**stored["intervals"])})

    def fingerprint(self, sha256: str) -> str:
        """The content as it is to be understood: the same file in another unit is another import."""
        if self.intervals == IntervalOptions():
            return sha256
        said = repr(sorted(asdict(self.intervals).items()))
        return hashlib.sha256(f"{sha256} {said}".encode()).hexdigest()
