"""Columns that only this installation can read: sealed by a key that lies beside the database, never in it.

The key is the file ``secrets/column-key`` in the data folder, made at the first use, readable by nobody else and part
of every back-up. A copy of the database without the data folder shows nothing.
"""

from __future__ import annotations

import functools
import os
import secrets
import stat
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models

KEY = "column-key"


def seal(content: bytes) -> bytes:
    """``content`` under the key of this installation (AES-128-CBC with HMAC-SHA-256, as Fernet has it)."""
    return _box(Path(settings.DATA)).encrypt(content)


def unseal(sealed: bytes) -> bytes:
    """Back. Raises ImproperlyConfigured where it was sealed under another key."""
    try:
        return _box(Path(settings.DATA)).decrypt(sealed)
    except InvalidToken as error:
        raise ImproperlyConfigured(
            f"a sealed column was written under another key: put secrets/{KEY} of its data folder back"
        ) from error


class SealedField(models.TextField):
    """Text that is sealed in the database. It can be read and written, never searched."""

    def get_prep_value(self, value: Any) -> Any:
        return seal(str(value).encode()).decode("ascii") if value else value

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        return unseal(value.encode("ascii")).decode() if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Nothing can be compared with what is sealed."""
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is sealed; it cannot be searched")


def seal_rows(connection: Any, table: str, column: str) -> None:
    """For migrations: seal what a column holds in plain text or bytes."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {column} FROM {table}")  # noqa: S608 - names of ours
        plain = [(pk, value) for pk, value in cursor.fetchall() if value]
        sealed = [
            (seal(value.encode()).decode("ascii") if isinstance(value, str) else seal(bytes(value)), pk)
            for pk, value in plain
        ]
        cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE id = %s", sealed)  # noqa: S608


def _box(data: Path) -> Fernet:
    path = data / "secrets" / KEY
    if not path.is_file():
        _make(path)
    found = path.stat()
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise ImproperlyConfigured(f"secrets/{KEY} in the data folder may be read by others; set its mode to 0600")
    return _opened(path, found.st_mtime_ns, found.st_ino)


@functools.lru_cache(maxsize=4)
def _opened(path: Path, _changed_ns: int, _file: int) -> Fernet:
    return Fernet(path.read_bytes().strip())


def _make(path: Path) -> None:
    """A key that is there whole or not at all; of two processes that make one at a time, the first wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_name(f".{KEY}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(Fernet.generate_key())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(half, path)
    except FileExistsError:
        return
    finally:
        half.unlink()
