"""Check codes: what a reader scans to ask whether a printed document is genuine."""

import io

import segno

HASH_PREFIX_LENGTH = 16


def check_code(kind: str, number: str, content_sha256: str) -> str:
    """Text of the QR code, `GRIDHALL:BILL:<number>:<first 16 hexadecimal digits of the content hash>`."""
    return f"GRIDHALL:{kind.upper()}:{number}:{content_sha256[:HASH_PREFIX_LENGTH]}"


def qr_svg(text: str) -> str:
    """QR code of `text` as an SVG image, error correction M for folded and stained paper, without a margin."""
    image = io.BytesIO()
    segno.make_qr(text, error="m").save(image, kind="svg", border=0, xmldecl=False)
    return image.getvalue().decode()
