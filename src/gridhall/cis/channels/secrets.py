"""What only we and a partner know: files in the data folder, one folder a link, readable by nobody else."""

from __future__ import annotations

import stat
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from gridhall.cis.channels.models import Link
from gridhall.platform.errors import Refused

OWN_KEY = "own-key.pem"  # signs what we say
SEAL_KEY = "seal-key"  # opens what a wallet sealed


def path_of(link: Link, name: str) -> Path:
    """Where a secret of a link lies."""
    return Path(settings.DATA) / "secrets" / link.code / name


def read(link: Link, name: str) -> bytes | None:
    """A secret, or None where there is none. Raises Refused for a file that others on the machine may read."""
    path = path_of(link, name)
    if not path.is_file():
        return None
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Refused(_("The file %(name)s may be read by others; set its mode to 0600.") % {"name": path.name})
    return path.read_bytes().strip()


def keep(link: Link, name: str, content: bytes) -> None:
    """Write a secret so that only this user can read it."""
    path = path_of(link, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)
