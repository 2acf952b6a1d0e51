"""Bringing a file of customers in."""

from __future__ import annotations

import posixpath
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridhall.cis.customers.importing.checking import Checked, check
from gridhall.cis.customers.importing.writing import write
from gridhall.cis.customers.models import CustomerImport
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag
from gridhall.readings.importing.files import sha256


class FileRefused(Refused):
    """The file was not brought in; ``checked`` holds what is wrong with it."""

    def __init__(self, message: str, checked: Checked) -> None:
        super().__init__(message)
        self.checked = checked


@action(Tag.CUSTOMER_IMPORT)
def import_customers(act: Act, file: Path, file_name: str, *, quarantine: bool = False) -> CustomerImport:
    """Bring in every row, or with ``quarantine`` the good ones; the others go back as ``refused_csv`` with reasons.

    The file is judged again here, whatever a preview said. The same content a second time gives the first import.
    Raises FileRefused when a row is wrong and quarantine was not asked for, or when no row is good.
    """
    digest = sha256(file)
    row, made = CustomerImport.objects.get_or_create(
        sha256=digest,
        defaults={"file_name": file_name[:200], "quarantine": quarantine, "imported_by": act.actor.name, "path": ""},
    )
    if not made:
        act.on(row, row.path)
        return row
    checked = check(act.actor.scope, file)
    _require_good(checked, quarantine)
    accounts = write(checked.good, checked.points)
    row.path = _common_path([account.path for account in accounts])
    row.accounts, row.rows_refused = len(accounts), checked.refused
    row.refused_csv = b"".join(checked.refused_csv()).decode("utf-8") if checked.refused else ""
    row.save()
    act.on(row, accounts[0].path)
    act.path = row.path
    act.note(sha256=digest, accounts=len(accounts), refused=checked.refused)
    return row


def _require_good(checked: Checked, quarantine: bool) -> None:
    if checked.unreadable:
        raise FileRefused(checked.problems[0].message, checked)
    if checked.refused and not quarantine:
        many = ngettext(
            "%(count)s row is wrong, so nothing was imported; repair it, or import the good rows only.",
            "%(count)s rows are wrong, so nothing was imported; repair them, or import the good rows only.",
            checked.refused,
        )
        raise FileRefused(many % {"count": checked.refused}, checked)
    if not checked.good:
        raise FileRefused(_("The file has no row that can be imported."), checked)


def _common_path(paths: list[str]) -> str:
    """The lowest unit that all accounts belong to."""
    shared = posixpath.commonpath([min(paths), max(paths)])
    return shared and f"{shared}/"
