"""The second wall: the database itself refuses an entry on a day whose month is closed."""

from typing import Any

from django.db import migrations

SQLITE = """CREATE TRIGGER ledger_entry_closed BEFORE INSERT ON ledger_entry WHEN EXISTS (
SELECT 1 FROM ledger_period p WHERE p.state = 'closed' AND p.end_on > NEW.effective_on AND p.path =
substr(NEW.path, 1, instr(NEW.path, '/') + instr(substr(NEW.path, instr(NEW.path, '/') + 1), '/')))
BEGIN SELECT RAISE(ABORT,
'the books of this city are closed on this day: choose a later day, or have the month opened again'); END"""

POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION gridhall_closed_books() RETURNS trigger AS $$ BEGIN
IF EXISTS (SELECT 1 FROM (SELECT DISTINCT path, effective_on FROM fresh) f JOIN ledger_period p
ON p.state = 'closed' AND p.end_on > f.effective_on
AND p.path = split_part(f.path, '/', 1) || '/' || split_part(f.path, '/', 2) || '/')
THEN RAISE EXCEPTION 'the books of this city are closed on this day: choose a later day, or have the month opened again'
USING ERRCODE = 'check_violation'; END IF; RETURN NULL; END $$ LANGUAGE plpgsql"""

POSTGRESQL = """CREATE TRIGGER ledger_entry_closed AFTER INSERT ON ledger_entry
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION gridhall_closed_books()"""


def guard(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(SQLITE)
    else:
        editor.execute(POSTGRESQL_FUNCTION, params=None)
        editor.execute(POSTGRESQL)


def release(_apps: Any, editor: Any) -> None:
    editor.execute(f"DROP TRIGGER ledger_entry_closed{'' if editor.connection.vendor == 'sqlite' else ' ON ledger_entry'}")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_periods")]
    operations = [migrations.RunPython(guard, release)]
