from typing import Any

from django.db import migrations

# The words are cut by us; the ascii tokenizer only splits at blanks and keeps every other character, new ones too.
_SQLITE = """CREATE VIRTUAL TABLE customers_search USING fts5(
    words, tokenize = "ascii tokenchars '_'", columnsize = 0
)"""
_POSTGRESQL = "CREATE TABLE customers_search (account_id bigint PRIMARY KEY, words tsvector NOT NULL)"
_POSTGRESQL_INDEX = "CREATE INDEX customers_search_words ON customers_search USING gin (words)"


def make(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(_SQLITE)
    else:
        editor.execute(_POSTGRESQL)
        editor.execute(_POSTGRESQL_INDEX)


def drop(_apps: Any, editor: Any) -> None:
    editor.execute("DROP TABLE customers_search")


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
