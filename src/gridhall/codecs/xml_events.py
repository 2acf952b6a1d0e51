"""XML from strangers: no DOCTYPE, no entity, no network, no tree that grows with the file."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from gridhall.codecs import limits
from gridhall.codecs.errors import Code, refuse
from gridhall.codecs.streams import Readable


@dataclass(frozen=True, slots=True)
class Opened:
    """An element begins; `path` holds the names above it and its own, without namespaces."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """An element ends, with the text directly in it, its attributes and the line it began on."""

    path: tuple[str, ...]
    text: str
    attributes: dict[str, str]
    row: int


class _Limited:
    """A stream that refuses to give more than a file may hold."""

    def __init__(self, stream: Readable) -> None:
        self._stream, self._size = stream, 0

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        if not self._size and not data.strip():
            raise refuse(Code.FILE_EMPTY)
        self._size += len(data)
        if self._size > limits.MAX_XML_BYTES:
            raise refuse(Code.FILE_TOO_LARGE, expected=f"{limits.MAX_XML_BYTES >> 20} MiB")
        return data


def events(stream: Readable) -> Iterator[Opened | Closed]:
    """The elements of a document in order. Raises CodecError for anything unsafe, broken, too deep or too large."""
    parser = etree.iterparse(
        _Limited(stream),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    path: list[str] = []
    try:
        for event, element in parser:
            if event == "start":
                if not path and element.getroottree().docinfo.doctype:
                    raise refuse(Code.XML_DOCTYPE)
                path.append(str(element.tag).rpartition("}")[2])
                if len(path) > limits.MAX_XML_DEPTH:
                    raise refuse(Code.XML_TOO_DEEP, row=element.sourceline, expected=limits.MAX_XML_DEPTH)
                yield Opened(tuple(path))
                continue
            attributes = {str(name): str(value) for name, value in element.attrib.items()}
            yield Closed(tuple(path), (element.text or "").strip(), attributes, element.sourceline or 0)
            path.pop()
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise refuse(Code.XML_BROKEN, row=error.lineno, value=error.msg or "no XML") from error
    except (etree.LxmlError, ValueError, LookupError) as error:
        # Names, attributes and encodings that libxml2 lets pass and lxml does not.
        raise refuse(Code.XML_BROKEN, value=error) from error


def _forget(element: etree._Element) -> None:
    """Removes a finished element and what stood before it, so that the tree stays one path."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
