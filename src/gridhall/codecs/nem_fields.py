"""Fields that NEM12 and NEM13 share."""

import re
from collections.abc import Mapping
from datetime import datetime

from gridhall.codecs import intervals as iv

# Power of ten from the unit to Wh or varh; files write units in any case.
POWERS: Mapping[str, int] = {"wh": 0, "kwh": 3, "mwh": 6, "varh": 0, "kvarh": 3, "mvarh": 6}
VARIABLE = -1
_QUALITIES = {
    "A": iv.ACTUAL,
    "E": iv.ESTIMATED,
    "S": iv.SUBSTITUTED,
    "F": iv.SUBSTITUTED,
    "N": iv.MISSING,
    "V": VARIABLE,
}
_QUALITY = re.compile(r"([ASFENV])(?:[0-9]{2})?", re.ASCII)


def parse_quality(text: str) -> int | None:
    """The flag of a quality with or without its method (`A`, `F14`); VARIABLE for V; None for anything else."""
    found = _QUALITY.fullmatch(text.upper())
    return _QUALITIES[found[1]] if found else None


def parse_stamp(text: str) -> datetime | None:
    """A naive time from yyyymmddHHMMSS or yyyymmddHHMM."""
    if not (text.isascii() and text.isdigit() and len(text) in (12, 14)):
        return None
    try:
        return datetime.strptime(text.ljust(14, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007 - market time has no zone
    except ValueError:
        return None


def stream_key(nmi: str, suffix: str) -> str:
    """The point's id: the NMI for the first data stream, `NMI/2` and so on for others; NEM13 has no streams."""
    number = suffix[1:] if suffix[:1].isalpha() else ""
    return nmi if number in ("", "1") else f"{nmi}/{number}"
