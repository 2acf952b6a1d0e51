"""Tables that only grow: triggers that refuse UPDATE and DELETE on both databases."""

from typing import Any

from django.db import migrations

_SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only: post a correction instead'); END"""

_POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION gridhall_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only: post a correction instead', TG_TABLE_NAME; END $$ LANGUAGE plpgsql"""

_POSTGRESQL = """CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION gridhall_append_only()"""


def append_only(table: str) -> migrations.RunPython:
    """A migration step that protects ``table``."""

    def protect(_apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                editor.execute(_SQLITE.format(table=table, verb=verb))
        else:
            editor.execute(_POSTGRESQL_FUNCTION, params=None)  # its % is PL/pgSQL's, not a placeholder
            editor.execute(_POSTGRESQL.format(table=table))

    def release(_apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                editor.execute(f"DROP TRIGGER {table}_no_{verb}")
        else:
            editor.execute(f"DROP TRIGGER {table}_append_only ON {table}")

    return migrations.RunPython(protect, release)
