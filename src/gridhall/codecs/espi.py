"""The parts of a Green Button (NAESB ESPI) feed that hold readings, and the links that tie them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gridhall.codecs.errors import Code, refuse
from gridhall.codecs.xml_events import Closed, Opened

_RESOURCES = ("UsagePoint", "MeterReading", "ReadingType", "LocalTimeParameters", "IntervalBlock")


@dataclass(frozen=True, slots=True)
class Reading:
    """One IntervalReading: epoch seconds, seconds, the number as sent, ESPI quality codes, line of the file."""

    start: int
    duration: int
    value: int
    qualities: tuple[int, ...]
    row: int


@dataclass(slots=True)
class Entry:
    """One Atom entry: what it is, its links as paths, its plain fields and its readings."""

    kind: str = ""
    row: int = 0
    own: str = ""
    up: str = ""
    related: set[str] = field(default_factory=set)
    fields: dict[str, str] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)

    def is_parent_of(self, other: "Entry") -> bool:
        """Whether a link of this entry names the other or the collection it is in."""
        if other.own in self.related or other.up in self.related:
            return True
        return bool(self.own) and other.up.startswith(self.own + "/")


def entries(events: Iterable[Opened | Closed]) -> list[Entry]:
    """The entries of a feed. Raises CodecError for a reading that is not made of whole numbers."""
    found: list[Entry] = []
    entry, reading, qualities = Entry(), dict[str, str](), list[str]()
    for event in events:
        name = event.path[-1]
        if isinstance(event, Opened):
            if name == "entry":
                entry = Entry()
            elif name == "IntervalReading":
                reading, qualities = {}, []
            continue
        if "entry" not in event.path:
            continue
        parent = event.path[-2] if len(event.path) > 1 else ""
        if name == "link":
            _link(entry, event)
        elif name == "IntervalReading":
            entry.readings.append(_reading(reading, qualities, event.row))
        elif "IntervalReading" in event.path:
            if name == "quality":
                qualities.append(event.text)
            elif name in ("start", "duration", "value"):
                reading[name] = event.text
        elif parent in ("ReadingType", "LocalTimeParameters"):
            entry.fields[name] = event.text
        elif name in _RESOURCES:
            entry.kind, entry.row = name, event.row
        elif name == "entry":
            found.append(entry)
    return found


def _link(entry: Entry, event: Closed) -> None:
    try:
        path = urlsplit(event.attributes.get("href", "")).path.rstrip("/")
    except ValueError:
        return
    match event.attributes.get("rel"):
        case "self":
            entry.own = path
        case "up":
            entry.up = path
        case "related":
            entry.related.add(path)


def _reading(fields: dict[str, str], qualities: list[str], row: int) -> Reading:
    start = whole_number(fields.get("start", ""), "start of an IntervalReading", row)
    value = whole_number(fields.get("value", ""), f"value of the IntervalReading at {start}", row)
    duration = whole_number(fields.get("duration", ""), f"duration of the IntervalReading at {start}", row)
    codes = tuple(whole_number(text, f"quality of the IntervalReading at {start}", row) for text in qualities)
    return Reading(start, duration, value, codes, row)


def whole_number(text: str, field: str, row: int) -> int:
    """A whole number of at most 15 digits. Raises CodecError for anything else."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        raise refuse(Code.NUMBER, row=row, field=field, value=text)
    return int(text)
