"""What a reader finds in a PDF."""

import io

from pypdf import PdfReader
from pypdf.generic import PdfObject


def pages(pdf: bytes) -> list[str]:
    """Text of each page, without blanks and line breaks: where those fall is layout, not content."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def text(pdf: bytes) -> str:
    return "".join(pages(pdf))


def image_descriptions(pdf: bytes) -> list[str]:
    """What a screen reader says for each picture."""
    found: list[str] = []

    def visit(node: object) -> None:
        node = node.get_object() if isinstance(node, PdfObject) else node
        if isinstance(node, list):
            for child in node:
                visit(child)
        elif isinstance(node, dict):
            if "/Alt" in node:
                found.append(str(node["/Alt"]))
            visit(node.get("/K"))

    visit(PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"])
    return found
