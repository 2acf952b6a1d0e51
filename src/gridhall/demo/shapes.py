"""Day shapes: fitted ones from ``load_shapes.yaml``, and those for which no open series was at hand, drawn by hand."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import yaml

SEASONS = ("winter", "mild", "summer")
SLOTS = 96

# Assumptions, not measurements: hour by hour in parts of a day, the rest day's share, and the scatter of days.
DRAWN: dict[str, tuple[list[int], float, float]] = {
    "shop": ([1, 1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 11, 11, 10, 10, 10, 10, 11, 12, 12, 11, 8, 4, 2], 1.08, 0.10),
    "workshop": ([2, 2, 2, 2, 2, 2, 3, 7, 12, 13, 13, 12, 8, 12, 13, 13, 12, 10, 5, 4, 3, 2, 2, 2], 0.45, 0.12),
    "school": ([2, 2, 2, 2, 2, 3, 6, 9, 11, 12, 12, 11, 9, 11, 11, 11, 9, 7, 7, 8, 8, 5, 3, 2], 0.35, 0.10),
    "farm": ([4, 4, 4, 5, 6, 8, 9, 8, 6, 5, 4, 3, 3, 3, 4, 5, 7, 8, 8, 6, 4, 4, 4, 4], 1.0, 0.35),
    "charging": ([12, 13, 11, 8, 6, 4, 3, 4, 5, 6, 6, 7, 9, 8, 6, 5, 5, 6, 6, 6, 6, 7, 9, 11], 1.10, 0.18),
}


@dataclass(frozen=True)
class Shape:
    """``share`` is float[3 seasons, 2 kinds of day, 96] with rows that sum to one; the sigmas are of logarithms."""

    share: np.ndarray
    rest_day_factor: float
    day_sigma: float
    slot_sigma: float


@functools.cache
def fitted() -> dict[str, Any]:
    """The parameters as the fit wrote them."""
    text = (resources.files("gridhall.data") / "demo/load_shapes.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


@functools.cache
def shape(name: str) -> Shape:
    """A shape by name."""
    if name in DRAWN:
        hours, rest, sigma = DRAWN[name]
        return Shape(np.broadcast_to(_quarters(np.array(hours, float)), (3, 2, SLOTS)), rest, sigma, 0.12)
    row = fitted()["shapes"][name]
    share = np.stack(
        [
            [_quarters(np.array(row["curves"][season][kind], float)) for kind in ("workday", "rest_day")]
            for season in SEASONS
        ]
    )
    return Shape(share, row["rest_day_factor"], row["day_sigma"], row["hour_sigma"])


def _quarters(hours: np.ndarray) -> np.ndarray:
    """24 hours as 96 shares of the day, straight lines between the middles of hours, the day closed to a ring."""
    ring = np.concatenate([hours[-1:], hours, hours[:1]])
    middles = np.arange(-1, 25) * 4 + 1.5
    quarters = np.interp(np.arange(SLOTS), middles, ring)
    return quarters / quarters.sum()
