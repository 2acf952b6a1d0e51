"""A database and a data folder that can be copied: a world in which something may go wrong without harming another."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection


@dataclass
class World:
    """``enter`` makes the calling process (a fork) live in it. On PostgreSQL the database is copied by its server."""

    home: Path
    name: str
    elapsed_s: float = 0.0

    @property
    def folder(self) -> Path:
        return self.home / self.name

    def create(self) -> None:
        """An empty folder and, on PostgreSQL, an empty database."""
        (self.folder / "intervals").mkdir(parents=True)
        self._server(f'CREATE DATABASE "{self._database}"')

    @contextmanager
    def copy(self, name: str) -> Iterator["World"]:
        """This world as it stands, under another name, until the block ends."""
        other = World(self.home, name)
        shutil.copytree(self.folder, other.folder)
        self._server(f'CREATE DATABASE "{other._database}" TEMPLATE "{self._database}"')
        try:
            yield other
        finally:
            other.destroy()

    def destroy(self) -> None:
        """Remove folder and database, whoever is still connected."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._server(f'DROP DATABASE IF EXISTS "{self._database}" WITH (FORCE)')

    def enter(self) -> None:
        """Point settings and database here; call in a process that has no connection yet."""
        settings.DATA = self.folder
        settings.INTERVAL_STORE = self.folder / "intervals"
        postgresql = connection.vendor == "postgresql"
        connection.settings_dict["NAME"] = self._database if postgresql else str(self.folder / "gridhall.sqlite3")

    @property
    def _database(self) -> str:
        return f"{self.home.name}_{self.name}".replace("-", "_").lower()

    def _server(self, statement: str) -> None:
        if connection.vendor != "postgresql":
            return
        import psycopg

        known = connection.settings_dict
        with psycopg.connect(
            dbname="postgres", user=known["USER"], password=known["PASSWORD"], host=known["HOST"],
            port=known["PORT"] or None, autocommit=True,
        ) as server:  # fmt: skip
            server.execute(statement)  # type: ignore[arg-type]
