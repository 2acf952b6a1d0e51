"""Uploaded files: kept in the data folder under a random name until their import has ended."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from gridhall.codecs import limits
from gridhall.platform.errors import Refused

KEEP_S = 7 * 86400  # a previewed file that nobody applied


def folder() -> Path:
    """Where uploads wait; only the product reads it."""
    path = Path(settings.DATA) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keep(chunks: Iterable[bytes]) -> Path:
    """Write an upload under a random name; nothing of the sender's file name reaches the disk.

    Raises Refused above the codecs' limit; then, as after any failure, nothing is kept.
    """
    path = folder() / secrets.token_hex(16)
    try:
        with path.open("xb") as out:
            for chunk in chunks:
                out.write(chunk)
                if out.tell() > limits.MAX_BYTES:
                    raise Refused(
                        _("The file is larger than %(most)s GiB; split it.") % {"most": limits.MAX_BYTES >> 30}
                    )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def kept(name: str) -> Path:
    """The path of a kept upload; ValueError for anything that is not one of our random names."""
    if len(name) != 32 or not set(name) <= set("0123456789abcdef"):
        raise ValueError(f"{name!r} is not the name of an upload")
    return folder() / name


def sha256(path: Path) -> str:
    """Hash of the content, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sweep(older_than_s: float = KEEP_S) -> int:
    """Remove uploads that nothing has touched for a week; returns how many."""
    stale = [path for path in folder().iterdir() if path.stat().st_mtime < time.time() - older_than_s]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)
