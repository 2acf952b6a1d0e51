"""What a what-if comes down to, in plain numbers that can be stored and shown."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridhall.cis.whatif.columns import Columns
from gridhall.cis.whatif.compute import Outcome

MOVERS = 100
# Edges of relative change in 1e-4; the middle band holds changes of less than 0.05 %.
EDGES_E4 = (-2000, -1000, -500, -200, -5, 5, 200, 500, 1000, 2000)


def summary(columns: Columns, outcome: Outcome) -> dict[str, Any]:
    """Totals, bands, groups and movers of the accounts that were touched. Money in fen."""
    rows = np.flatnonzero(outcome.touched)
    before, after = outcome.before_fen[rows], outcome.after_fen[rows]
    change = after - before
    return {
        "accounts": len(rows),
        "everybody": len(columns.account_id),
        "before_fen": int(before.sum()),
        "after_fen": int(after.sum()),
        "all_before_fen": int(outcome.before_fen.sum()),
        "better": int((change < 0).sum()),
        "worse": int((change > 0).sum()),
        "same": int((change == 0).sum()),
        "median_fen": int(np.sort(change)[len(change) // 2]) if len(change) else 0,
        "bands": _bands(before, change),
        "by_class": _groups(columns.classes, columns.use_class[rows], before, change),
        "by_unit": _groups(columns.units, columns.unit[rows], before, change),
        "by_income": _groups(("other", "low_income"), columns.low_income[rows].astype(np.int64), before, change),
        "up": _movers(columns.account_id[rows], before, change, up=True),
        "down": _movers(columns.account_id[rows], before, change, up=False),
        "left_out": outcome.left_out,
        "moved_wh": outcome.moved_wh.tolist(),
    }


def _bands(before: np.ndarray, change: np.ndarray) -> list[int]:
    """Accounts in each band of relative change, in the order of the edges; without a bill before: in none."""
    billed = before > 0
    relative = change[billed] * 10_000 // before[billed]
    return np.bincount(np.searchsorted(EDGES_E4, relative, side="right"), minlength=len(EDGES_E4) + 1).tolist()


def _groups(names: tuple[str, ...], group: np.ndarray, before: np.ndarray, change: np.ndarray) -> list[dict[str, Any]]:
    found = []
    for number, name in enumerate(names):
        mine = group == number
        if mine.any():
            found.append(
                {
                    "name": name, "accounts": int(mine.sum()), "before_fen": int(before[mine].sum()),
                    "change_fen": int(change[mine].sum()), "better": int((change[mine] < 0).sum()),
                    "worse": int((change[mine] > 0).sum()),
                }
            )  # fmt: skip
    return sorted(found, key=lambda row: -abs(row["change_fen"]))


def _movers(account: np.ndarray, before: np.ndarray, change: np.ndarray, *, up: bool) -> list[list[int]]:
    """(account, before, change) of the largest changes one way."""
    count = min(MOVERS, len(change))
    if not count:
        return []
    signed = change if up else -change
    top = np.argpartition(signed, len(signed) - count)[-count:]
    top = top[np.argsort(-signed[top], kind="stable")]
    return [[int(account[i]), int(before[i]), int(change[i])] for i in top if signed[i] > 0]
