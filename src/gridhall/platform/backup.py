"""One file that holds a whole installation on SQLite: database, interval segments, documents, secrets, signing key.

The database is copied while it is in use. Segments never change once the catalog names them, so copying those that the
copied catalog names gives a consistent whole. A tar file with ``manifest.json`` (name → size, SHA-256) at its end.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone

FORM = 1
MANIFEST = "manifest.json"
DATABASE = "gridhall.sqlite3"
FOLDERS = ("intervals", "documents", "secrets")
KEY = "secret-key"
CHUNK_BYTES = 1 << 20


class BackupError(Exception):
    """The message says what is wrong and what to do."""


def back_up(target: Path) -> int:
    """Write ``target``; the number of files in it. Raises BackupError; an existing file is not replaced."""
    _only_sqlite()
    if target.exists():
        raise BackupError(f"{target} exists; choose another name")
    part = target.with_name(target.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=target.resolve().parent) as folder:
            copy = Path(folder) / DATABASE
            _copy_database(copy)
            files = {DATABASE: copy, **_files(copy)}
            with tarfile.open(part, "w") as archive:
                manifest = {name: _add(archive, name, file) for name, file in files.items()}
                _add_manifest(archive, manifest)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return len(files)


def restore(source: Path, *, force: bool = False) -> Path | None:
    """Put a back-up in place; where the earlier data was moved to, if there was any.

    Nothing is moved before the whole file has been checked. Raises BackupError. The service must be stopped.
    """
    _only_sqlite()
    data = Path(settings.DATA)
    before = [data / name for name in (DATABASE, *FOLDERS) if (data / name).exists()]
    if (data / DATABASE).exists() and not force:
        raise BackupError(f"{data} holds a database already; stop the service and repeat with --force")
    with tempfile.TemporaryDirectory(dir=data, prefix="restore-") as folder:
        names = _unpack(source, Path(folder))
        connection.close()
        aside = data / f"before-restore-{timezone.localtime():%Y%m%d-%H%M%S}" if before else None
        if aside:
            aside.mkdir()
            leftovers = [data / f"{DATABASE}{tail}" for tail in ("-wal", "-shm")]
            for path in (*before, *leftovers, data / KEY):
                # A back-up of an older product holds no secrets: those that are there stay.
                older = path.name == "secrets" and not any(name.startswith("secrets/") for name in names)
                if path.exists() and not older:
                    path.replace(aside / path.name)
        for name in sorted({PurePosixPath(name).parts[0] for name in names}):
            (Path(folder) / name).replace(data / name)
    return aside


def _only_sqlite() -> None:
    if connection.vendor != "sqlite":
        raise BackupError("on PostgreSQL use pg_dump, and copy the data folder of the same moment")


def _copy_database(copy: Path) -> None:
    source = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True)
    target = sqlite3.connect(copy)
    try:
        source.backup(target)
        # One file is easier to keep together than a database and its log.
        target.execute("PRAGMA journal_mode=DELETE")
    finally:
        target.close()
        source.close()


def _files(copy: Path) -> dict[str, Path]:
    """What belongs to the copied database, by name in the archive."""
    table = apps.get_model("readings", "Segment")._meta.db_table
    catalog = sqlite3.connect(copy)
    try:
        segments = [row[0] for row in catalog.execute(f"SELECT file FROM {table} ORDER BY file")]  # noqa: S608  our table
    finally:
        catalog.close()
    found = {f"intervals/{name}": Path(settings.INTERVAL_STORE) / name for name in segments}
    for name, folder in (("documents", settings.DOCUMENT_STORE), ("secrets", Path(settings.DATA) / "secrets")):
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                found[f"{name}/{path.relative_to(folder).as_posix()}"] = path
    key = Path(settings.DATA) / KEY
    if key.is_file():
        found[KEY] = key
    return found


def _add(archive: tarfile.TarFile, name: str, file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise BackupError(f"{file} belongs to the data and is not there; take it from an earlier back-up") from error
    archive.add(file, name, recursive=False)
    return {"bytes": file.stat().st_size, "sha256": digest}


def _add_manifest(archive: tarfile.TarFile, files: dict[str, Any]) -> None:
    content = json.dumps({"form": FORM, "made_at": timezone.now().isoformat(), "files": files}).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size, entry.mtime = len(content), int(datetime.now(tz=timezone.get_current_timezone()).timestamp())
    archive.addfile(entry, io.BytesIO(content))


def _unpack(source: Path, folder: Path) -> list[str]:
    """Write every file below ``folder`` and compare it with the manifest; their names."""
    seen: dict[str, str] = {}
    manifest: dict[str, Any] = {}
    try:
        with tarfile.open(source, "r:") as archive:
            for entry, content in _entries(archive):
                if entry.name == MANIFEST:
                    manifest = json.load(content)
                else:
                    seen[entry.name] = _write(folder / entry.name, content)
    except (OSError, tarfile.TarError, json.JSONDecodeError) as error:
        raise BackupError(f"{source} is not a whole back-up: {error}") from error
    wanted = {name: entry["sha256"] for name, entry in manifest.get("files", {}).items()}
    if manifest.get("form") != FORM or wanted != seen or DATABASE not in seen:
        odd = sorted(name for name in wanted.keys() | seen.keys() if wanted.get(name) != seen.get(name))
        raise BackupError(f"{source} was altered or cut: {', '.join(odd[:5]) or MANIFEST}; nothing was restored")
    return list(seen)


def _entries(archive: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for entry in archive:
        parts = PurePosixPath(entry.name).parts
        ours = entry.name in (MANIFEST, DATABASE, KEY) or (len(parts) > 1 and parts[0] in FOLDERS)
        content = archive.extractfile(entry) if entry.isfile() and ours and ".." not in parts else None
        if content is None:
            raise BackupError(f"{entry.name!r} does not belong into a back-up; nothing was restored")
        yield entry, content


def _write(path: Path, content: IO[bytes]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        while chunk := content.read(CHUNK_BYTES):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()
