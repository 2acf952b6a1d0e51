"""Finding days that a file gives twice, in 24 bytes per day and without a dictionary of millions of rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridhall.codecs.intervals import Int32s, Int64s, Uint8s

Uint64s = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class _Run:
    identity: Uint64s
    content: Uint64s
    rows: Int64s


class Seen:
    """Remembers (point, quantity, day) with a fingerprint of the values.

    Sorted runs are merged when the newer has grown as long as the older, so a look-up searches a handful of arrays.
    Identities and fingerprints are 64 bits mixed with secrets of this process: a sender cannot aim at a collision,
    and by chance ten million days collide once in four hundred thousand files.
    """

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._weights = np.random.default_rng().integers(1, 1 << 63, 400, np.uint64) | np.uint64(1)

    def identities(self, keys: list[str], key_index: Int32s, quantity: Uint8s, days: Int32s) -> Uint64s:
        """uint64[n]; equal for equal (point, quantity, day), even across batches."""
        salt: Uint64s = self._weights[-2:]
        hashes = np.array([hash(key) & 0xFFFF_FFFF_FFFF_FFFF for key in keys], np.uint64)
        when = days.astype(np.uint64) * np.uint64(8) + quantity.astype(np.uint64)
        mixed: Uint64s = hashes[key_index] * salt[0] + when * salt[1]
        return mixed

    def contents(self, values: Int64s, flags: Uint8s) -> Uint64s:
        """uint64[n]; a fingerprint of each row of values and flags."""
        slots = values.shape[1]
        mixed: Uint64s = values.view(np.uint64) @ self._weights[:slots]
        if flags.any():
            mixed += flags.astype(np.uint64) @ self._weights[1 : slots + 1]
        return mixed

    def add(self, identity: Uint64s, content: Uint64s, rows: Int64s) -> tuple[Int64s, NDArray[np.bool_]]:
        """Takes new days. Returns int64[n], the row that gave it before or 0, and bool[n], whether it said the same."""
        earlier = np.zeros(len(identity), np.int64)
        same = np.zeros(len(identity), np.bool_)
        order = np.argsort(identity, kind="stable")
        ids, what, where = identity[order], content[order], rows[order]
        first = np.r_[True, ids[1:] != ids[:-1]] if len(ids) else np.zeros(0, np.bool_)
        leader = np.maximum.accumulate(np.where(first, np.arange(len(ids)), 0))
        earlier[order] = np.where(first, 0, where[leader])
        same[order] = ~first & (what == what[leader])
        for run in self._runs:
            at = np.searchsorted(run.identity, identity).clip(max=len(run.identity) - 1)
            hit = run.identity[at] == identity
            earlier[hit], same[hit] = run.rows[at[hit]], run.content[at[hit]] == content[hit]
        self._keep(_Run(ids[first], what[first], where[first]))
        return earlier, same

    def earlier_rows(self, identity: Uint64s) -> Int64s:
        """int64[n]: the row that gave each day, or 0 for a day not seen."""
        earlier = np.zeros(len(identity), np.int64)
        for run in self._runs:
            at = np.searchsorted(run.identity, identity).clip(max=len(run.identity) - 1)
            hit = run.identity[at] == identity
            earlier[hit] = run.rows[at[hit]]
        return earlier

    def _keep(self, run: _Run) -> None:
        while self._runs and len(self._runs[-1].identity) <= len(run.identity):
            older = self._runs.pop()
            ids = np.concatenate([older.identity, run.identity])
            order = np.argsort(ids, kind="stable")
            fresh = np.r_[True, ids[order][1:] != ids[order][:-1]]
            keep = order[fresh]
            run = _Run(
                ids[keep],
                np.concatenate([older.content, run.content])[keep],
                np.concatenate([older.rows, run.rows])[keep],
            )
        if len(run.identity):
            self._runs.append(run)
