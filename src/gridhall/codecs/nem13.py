"""Record 250 of NEM13: two readings of an accumulating register and the energy between them."""

from dataclasses import dataclass
from datetime import datetime

from gridhall.codecs import intervals as iv
from gridhall.codecs.errors import Code, FileProblem, problem
from gridhall.codecs.fields import good_key, key_problem
from gridhall.codecs.nem_fields import POWERS, parse_quality, parse_stamp, stream_key
from gridhall.codecs.numbers import exact, wh_of

_MIN_FIELDS = 20
_DIRECTIONS = {"E": iv.ACTIVE_IMPORT, "I": iv.ACTIVE_EXPORT, "B": iv.ACTIVE_EXPORT}


@dataclass(frozen=True, slots=True)
class AccumulatedRead:
    """Energy in Wh or varh between two readings; the readings as they stand on the register, text without blanks."""

    key: str
    quantity: int
    meter: str
    register: str
    previous_at: datetime
    previous: str
    current_at: datetime
    current: str
    energy_wh: int
    flag: int
    row: int


def read_accumulated(row: int, fields: list[str]) -> AccumulatedRead | FileProblem:
    """One record 250. Times are naive market time; the flag is that of the current reading."""
    if len(fields) < _MIN_FIELDS:
        return problem(Code.FIELD_COUNT, row=row, value=len(fields), expected=_MIN_FIELDS)
    if not good_key(fields[1]):
        return key_problem(fields[1], row, "NMI")
    power = POWERS.get(fields[19].casefold())
    if power is None:
        return problem(Code.UNIT, row=row, field="unit", value=fields[19], expected=", ".join(POWERS))
    quantity = _DIRECTIONS.get(fields[7].upper())
    if quantity is None:
        return problem(Code.QUANTITY, row=row, field="direction", value=fields[7])
    if fields[19].casefold().endswith("varh"):
        quantity += 2
    times = [parse_stamp(fields[9]), parse_stamp(fields[14])]
    for place, moment in zip((9, 14), times, strict=True):
        if moment is None:
            return problem(Code.TIME, row=row, field="read time", value=fields[place])
    flag = parse_quality(fields[15])
    if flag is None:
        return problem(Code.QUALITY, row=row, field="quality", value=fields[15])
    for name, place in (("previous read", 8), ("current read", 13)):
        if exact(fields[place]) is None:
            return problem(Code.NUMBER, row=row, field=name, value=fields[place])
    energy = wh_of(fields[18], row=row, field="quantity", power=power)
    if isinstance(energy, FileProblem):
        return energy
    previous_at, current_at = times
    assert previous_at is not None and current_at is not None
    if previous_at >= current_at:
        return problem(Code.CONTRADICTION, row=row, value="the time of the current read", other_row=row)
    return AccumulatedRead(
        stream_key(fields[1], fields[4]), quantity, fields[6], fields[3], previous_at, fields[8], current_at,
        fields[13], energy, flag, row,
    )  # fmt: skip
