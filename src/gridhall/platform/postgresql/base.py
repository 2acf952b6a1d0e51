"""The backend: Django's own, which sends what waits in the pipeline before anything else uses the connection."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

from gridhall.platform.postgresql.pipeline import Pipeline


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection and its pipeline, which lives as long."""

    pipeline: Pipeline | None = None

    def init_connection_state(self) -> None:
        super().init_connection_state()
        self.pipeline = Pipeline(self.connection)

    def validate_no_broken_transaction(self) -> None:
        """Django asks this before each statement of a cursor."""
        super().validate_no_broken_transaction()
        self._send()

    def create_cursor(self, name: str | None = None) -> Any:
        """For those who use the driver's cursor past Django: COPY."""
        self._send()
        return super().create_cursor(name)

    def _send(self) -> None:
        if self.pipeline is not None:
            with self.wrap_database_errors:
                self.pipeline.send()

    def _commit(self) -> None:
        if self.connection is None or self.pipeline is None:
            return super()._commit()
        with self.wrap_database_errors:
            return self.pipeline.commit()

    def _rollback(self) -> None:
        if self.pipeline is not None:
            self.pipeline.forget()
        return super()._rollback()

    def _close(self) -> None:
        self.pipeline = None
        return super()._close()
