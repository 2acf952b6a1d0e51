"""The text of a PDF, line by line as it lies on the page, within limits of pages, bytes and time."""

import io
import logging
import time
from typing import Final

import pypdf
from pypdf.errors import PyPdfError

from gridhall.codecs.price_table.types import Code, PriceTableError

PAGES_MAX: Final = 12
CONTENT_MAX: Final = 2 << 20  # the drawing of one page, unpacked; a dense table is some 200 kB
SECONDS_MAX: Final = 20

logging.getLogger("pypdf").setLevel(logging.ERROR)


def pdf_text(content: bytes) -> str:
    """All pages, columns kept apart by blanks."""
    began = time.monotonic()
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise PriceTableError(Code.ENCRYPTED)
        if len(reader.pages) > PAGES_MAX:
            raise PriceTableError(Code.TOO_MANY_PAGES, most=PAGES_MAX)
        texts = []
        for page in reader.pages:
            drawing = page.get_contents()
            if drawing is not None and len(drawing.get_data()) > CONTENT_MAX:
                raise PriceTableError(Code.TOO_SLOW)
            if time.monotonic() - began > SECONDS_MAX:
                raise PriceTableError(Code.TOO_SLOW)
            texts.append(page.extract_text(extraction_mode="layout"))
    except PriceTableError:
        raise
    except (PyPdfError, RecursionError, MemoryError) as error:
        raise PriceTableError(Code.BROKEN, value=type(error).__name__) from error
    except Exception as error:
        # pypdf raises whatever its parts raise when a file is not what it says.
        raise PriceTableError(Code.BROKEN, value=type(error).__name__) from error
    text = "\n".join(texts)
    if not text.strip():
        raise PriceTableError(Code.NO_TEXT)
    return text
