"""Which characters the printing fonts can show, and what is printed for the others.

A rare character in a legal name must not stop a bill, and an archival PDF may not hold a character without a glyph. So
what the fonts lack prints as 〓, the mark type-setters use for a missing sort.
"""

import functools
import struct
import unicodedata
from pathlib import Path

MISSING_SORT = "〓"
FULL_UNICODE = (3, 10)


def printable(text: str, fonts: tuple[Path, ...]) -> str:
    """`text` with line breaks as spaces, control and direction codes taken out, and characters without a glyph as 〓.

    Direction codes go because a name that turns the reading order could print as another name.
    """
    odd = set(text) - _covered(fonts)
    return text.translate({ord(character): _stand_in(character) for character in odd}) if odd else text


def _stand_in(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in ("Cc", "Cf") else MISSING_SORT


@functools.cache
def _covered(fonts: tuple[Path, ...]) -> frozenset[str]:
    shared = set.intersection(*(_codes(path.read_bytes()) for path in fonts))
    return frozenset(
        character for character in map(chr, shared) if unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp")
    )


def _codes(font: bytes) -> set[int]:
    """Code points of an OpenType font, from its full-Unicode `cmap` (format 12: start, end, first glyph)."""
    table_count = struct.unpack_from(">H", font, 4)[0]
    tables = {tag: offset for tag, _, offset, _ in struct.iter_unpack(">4sIII", font[12 : 12 + 16 * table_count])}
    cmap = tables[b"cmap"]
    subtable_count = struct.unpack_from(">H", font, cmap + 2)[0]
    for platform, encoding, offset in struct.iter_unpack(">HHI", font[cmap + 4 : cmap + 4 + 8 * subtable_count]):
        if (platform, encoding) == FULL_UNICODE:
            start = cmap + offset + 16
            group_count = struct.unpack_from(">I", font, start - 4)[0]
            groups = struct.iter_unpack(">III", font[start : start + 12 * group_count])
            return {code for first, last, _ in groups for code in range(first, last + 1)}
    raise ValueError("the font has no full-Unicode cmap")
