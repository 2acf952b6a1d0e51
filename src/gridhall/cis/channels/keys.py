"""The public keys that a link's partner signs with."""

from __future__ import annotations

from gridhall.cis.channels.models import Link
from gridhall.codecs import signatures


def is_signed(link: Link, text: bytes, signature: str) -> bool:
    """Whether any key that is trusted now made the signature."""
    pems = link.keys.filter(ended_at__isnull=True).values_list("pem", flat=True)
    return any(signatures.is_signed(pem, text, signature) for pem in pems)
