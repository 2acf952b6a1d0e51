"""Our curves as a Green Button (NAESB ESPI) download."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO, cast
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from lxml import etree

from gridhall.codecs import intervals as iv

_ATOM = "http://www.w3.org/2005/Atom"
_ESPI = "http://naesb.org/espi"
# lxml names the default namespace None; its type stubs do not know that.
_ATOM_ONLY = cast("dict[str, str]", {None: _ATOM})
_ESPI_ONLY = cast("dict[str, str]", {None: _ESPI})
_QUALITY_CODES = {iv.ESTIMATED: 8, iv.SUBSTITUTED: 9, iv.EDITED: 7, iv.SUSPECT: 10}
_Fields = dict[str, "int | str | _Fields"]


def write(
    out: BinaryIO, batches: Iterable[iv.IntervalBatch], *, title: str, written_at: datetime, utc_offset_s: int
) -> None:
    """Writes curves as one Atom feed: Wh or varh, one IntervalBlock per day, missing intervals left out.

    `utc_offset_s` is the standard time of the points. The key of a point is the end of its UsagePoint link, so `read`
    gives back what was written.
    """
    stamp = written_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with etree.xmlfile(out, encoding="UTF-8") as xml:
        xml.write_declaration()
        with xml.element(_atom("feed"), nsmap={None: _ATOM}):
            for name, text in (("id", _urn(title + stamp)), ("title", title), ("updated", stamp)):
                with xml.element(_atom(name)):
                    xml.write(text)
            for entry in _entries(batches, stamp, utc_offset_s):
                xml.write(entry)


def _entries(batches: Iterable[iv.IntervalBatch], stamp: str, utc_offset_s: int) -> Iterator["etree._Element"]:
    local: _Fields = {"dstEndRule": "00000000", "dstOffset": 0, "dstStartRule": "00000000", "tzOffset": utc_offset_s}
    yield _entry("/LocalTimeParameters/1", [], "", stamp, _resource("LocalTimeParameters", local))
    announced: set[str] = set()
    for batch in batches:
        for i in range(len(batch)):
            point = f"/UsagePoint/{quote(batch.key(i), safe='')}"
            kind = f"{int(batch.quantity[i])}-{batch.slots}"
            for own in (point, f"/ReadingType/{kind}", f"{point}/MeterReading/{kind}"):
                if own not in announced:
                    announced.add(own)
                    yield _announcement(own, point, kind, batch.key(i), stamp)
            yield _block(batch, i, f"{point}/MeterReading/{kind}", stamp, utc_offset_s)


def _announcement(own: str, point: str, kind: str, key: str, stamp: str) -> "etree._Element":
    if own == point:
        related = [f"{own}/MeterReading", "/LocalTimeParameters/1"]
        return _entry(own, related, key, stamp, _resource("UsagePoint", {"ServiceCategory": {"kind": 0}}))
    if own.startswith("/ReadingType/"):
        return _entry(own, [], "", stamp, _resource("ReadingType", _reading_type(kind)))
    return _entry(own, [f"{own}/IntervalBlock", f"/ReadingType/{kind}"], key, stamp, _resource("MeterReading", {}))


def _reading_type(kind: str) -> _Fields:
    quantity, slots = map(int, kind.split("-"))
    active = quantity in (iv.ACTIVE_IMPORT, iv.ACTIVE_EXPORT)
    return {
        "accumulationBehaviour": 4,
        "commodity": 1,
        "flowDirection": 1 if quantity in (iv.ACTIVE_IMPORT, iv.REACTIVE_IMPORT) else 19,
        "intervalLength": 86400 // slots,
        "kind": 12,
        "powerOfTenMultiplier": 0,
        "uom": 72 if active else 73,
    }


def _block(batch: iv.IntervalBatch, i: int, reading: str, stamp: str, utc_offset_s: int) -> "etree._Element":
    length_s = 86400 // batch.slots
    start = int(batch.days[i]) * 86400 - utc_offset_s
    block = _resource("IntervalBlock", {"interval": {"duration": 86400, "start": start}})
    for slot in np.flatnonzero(batch.flags[i] != iv.MISSING):
        fields: _Fields = {}
        code = _QUALITY_CODES.get(int(batch.flags[i, slot]))
        if code is not None:
            fields["ReadingQuality"] = {"quality": code}
        fields["timePeriod"] = {"duration": length_s, "start": start + int(slot) * length_s}
        fields["value"] = int(batch.values[i, slot])
        block.append(_resource("IntervalReading", fields))
    own = f"{reading}/IntervalBlock/{int(batch.days[i])}"
    return _entry(own, [], "", stamp, block)


def _resource(name: str, fields: _Fields) -> "etree._Element":
    element = etree.Element(f"{{{_ESPI}}}{name}", nsmap=_ESPI_ONLY)
    for child, value in fields.items():
        if isinstance(value, dict):
            element.append(_resource(child, value))
        else:
            etree.SubElement(element, f"{{{_ESPI}}}{child}").text = str(value)
    return element


def _entry(own: str, related: list[str], title: str, stamp: str, resource: "etree._Element") -> "etree._Element":
    entry = etree.Element(_atom("entry"), nsmap=_ATOM_ONLY)
    etree.SubElement(entry, _atom("id")).text = _urn(own)
    for rel, href in (("self", own), ("up", own.rsplit("/", 1)[0]), *(("related", link) for link in related)):
        etree.SubElement(entry, _atom("link"), rel=rel, href=href)
    etree.SubElement(entry, _atom("title")).text = title
    etree.SubElement(entry, _atom("content")).append(resource)
    etree.SubElement(entry, _atom("published")).text = stamp
    etree.SubElement(entry, _atom("updated")).text = stamp
    return entry


def _atom(name: str) -> str:
    return f"{{{_ATOM}}}{name}"


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, 'gridhall' + name)}"
