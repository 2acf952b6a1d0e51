"""A PostgreSQL server for one measurement: its own folder, its own port on loopback, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl of the newest installed server; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def postgresql() -> Iterator[str | None]:
    """The URL of an empty database, or None where no server is installed. The server refuses to run as root."""
    folder = binaries()
    if folder is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="gridhall-pg-") as home:
        data = Path(home, "data")
        owner = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            os.chown(home, entry.pw_uid, entry.pw_gid)
            owner = {"user": entry.pw_uid, "group": entry.pw_gid}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]

        def call(*words: str) -> None:
            subprocess.run(
                [str(folder / words[0]), *words[1:]], check=True, stdout=subprocess.DEVNULL, cwd=home, **owner
            )

        call("initdb", "-D", str(data), "-U", "gridhall", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        settings = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c shared_buffers=512MB -c max_wal_size=4GB"
        call("pg_ctl", "-D", str(data), "-o", settings, "-l", str(Path(home, "log")), "-w", "start")
        try:
            call("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "gridhall", "bench")
            yield f"postgresql://gridhall@:{port}/bench?host={home}"
        finally:
            call("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
