"""The search index: one row of words per account, kept by the actions that change what is in it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from gridhall.cis.customers.models import Account
from gridhall.cis.customers.search import tokens
from gridhall.cis.customers.search.tokens import Fragment, Phrase
from gridhall.platform.scope import Scope

_BATCH = 2_000

_DELETE = {
    "sqlite": "DELETE FROM customers_search WHERE rowid = %s",
    "postgresql": "DELETE FROM customers_search WHERE account_id = %s",
}
_INSERT = {
    "sqlite": "INSERT INTO customers_search (rowid, words) VALUES (%s, %s)",
    "postgresql": "INSERT INTO customers_search (account_id, words) VALUES (%s, %s::tsvector)",
}
_FIND = {
    "sqlite": "SELECT rowid FROM customers_search WHERE customers_search MATCH %s LIMIT %s",
    "postgresql": "SELECT account_id FROM customers_search WHERE words @@ %s::tsquery LIMIT %s",
}


def reindex(account_ids: Iterable[int]) -> None:
    """Bring the words of these accounts up to date; call inside the transaction of the change."""
    ids = list(account_ids)
    for start in range(0, len(ids), _BATCH):
        _write(ids[start : start + _BATCH])


def reindex_all() -> int:
    """Build the index anew, after raw loading; returns the number of accounts."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_search")
    ids = list(Account.objects.order_by("pk").values_list("pk", flat=True))
    reindex(ids)
    return len(ids)


def find(fragments: list[Fragment], scope: Scope, limit: int) -> list[int]:
    """Account ids where every fragment is found, inside the scope's units; in the order of the index, not of rank."""
    if not fragments or not (scope.everything or scope.prefixes):
        return []
    units = [] if scope.everything else [tokens.path_word(prefix) for prefix in scope.prefixes]
    with connection.cursor() as cursor:
        cursor.execute(_FIND[connection.vendor], [_MATCH[connection.vendor](fragments, units), limit])
        return [row[0] for row in cursor.fetchall()]


def _write(ids: list[int]) -> None:
    rows = Account.objects.filter(pk__in=ids).values_list(
        "pk", "customer__name", "customer__phone", "premise__address", "path"
    )
    stored = {"sqlite": " ".join, "postgresql": _tsvector}[connection.vendor]
    values = [(pk, stored(tokens.document(*fields))) for pk, *fields in rows]
    with connection.cursor() as cursor:
        cursor.executemany(_DELETE[connection.vendor], [(pk,) for pk in ids])
        cursor.executemany(_INSERT[connection.vendor], values)


def _fts5(fragments: list[Fragment], units: list[str]) -> str:
    def phrase(one: Phrase) -> str:
        return f'"{" ".join(one.words)}"' + (" *" if one.open_end else "")

    parts = [" OR ".join(map(phrase, fragment.phrases)) for fragment in fragments]
    if units:
        parts.append(" OR ".join(f'"{unit}"' for unit in units))
    return " AND ".join(f"({part})" for part in parts)


def _tsquery(fragments: list[Fragment], units: list[str]) -> str:
    def phrase(one: Phrase) -> str:
        words = [_quoted(word) for word in one.words]
        return "(" + " <-> ".join(words) + (":*" if one.open_end else "") + ")"

    parts = [" | ".join(map(phrase, fragment.phrases)) for fragment in fragments]
    if units:
        parts.append(" | ".join(map(_quoted, units)))
    return " & ".join(f"({part})" for part in parts)


def _tsvector(words: list[str]) -> str:
    return " ".join(f"{_quoted(word)}:{place}" for place, word in enumerate(words, 1))


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


_MATCH = {"sqlite": _fts5, "postgresql": _tsquery}
