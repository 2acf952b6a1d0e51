"""A price table from its file to published versions: read, submitted, confirmed by a second person."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.utils.translation import gettext as _

from gridhall.cis.studio import preview, table_rules
from gridhall.cis.studio.actions.guards import refuse_billed_days, second_person
from gridhall.cis.studio.models import PriceRowTariff, PriceTable, PriceTableVersion
from gridhall.cis.studio.wording import refusal_text
from gridhall.cis.tariffs.actions import publish as publish_version
from gridhall.cis.tariffs.models import Tariff
from gridhall.codecs import price_table
from gridhall.platform.actions import Act, action
from gridhall.platform.actor import home
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag

State = PriceTable.State


@action(Tag.PRICE_TABLE_IMPORT)
def import_table(act: Act, content: bytes, file_name: str, area: str = "", month: int = 0) -> PriceTable:
    """Read a file and keep it with its hash. The same content again gives the first table and changes nothing."""
    sha256, path = hashlib.sha256(content).hexdigest(), home(act.actor)
    act.note(sha256=sha256, file=file_name)
    known = PriceTable.objects.within(act.actor.scope).filter(path=path, sha256=sha256).first()
    if known is not None:
        act.on(known, path)
        return known
    try:
        table = price_table.read(content, file_name, area, month)
    except price_table.PriceTableError as error:
        raise Refused(refusal_text(error)) from error
    row = PriceTable.objects.create(
        path=path, area=table.area, month=table.month, issuer=table.issuer[:120], file_name=file_name[-200:],
        sha256=sha256, content=content, document=price_table.to_json(table), created_at=act.at,
        imported_by=act.actor.name, imported_by_user=act.actor.user_id,
    )  # fmt: skip
    act.on(row, path)
    act.note(area=table.area, month=table.month, rows=len(table.rows), unknown=len(table.unknown))
    return row


@action(Tag.PRICE_TABLE_MAP)
def map_row(act: Act, table_id: int, tariff_class: str, voltage: str, tariff_code: str) -> PriceRowTariff:
    """Say for which tariff a row of the area's tables is; an empty code: for none."""
    row = _locked(act, table_id, (State.READ,))
    if tariff_code and not Tariff.objects.filter(code=tariff_code).exists():
        raise Refused(_("There is no tariff %(code)s; publish its first version as a draft.") % {"code": tariff_code})
    said, _made = PriceRowTariff.objects.update_or_create(
        path=row.path, area=row.area, tariff_class=tariff_class, voltage=voltage,
        defaults={"tariff_code": tariff_code, "said_by": act.actor.name, "said_at": act.at},
    )  # fmt: skip
    act.note(area=row.area, row=f"{tariff_class} {voltage}", code=tariff_code)
    return said


@action(Tag.PRICE_TABLE_SUBMIT)
def submit_table(act: Act, table_id: int) -> PriceTable:
    """Hand a table to a second person; which row is for which tariff is fixed now."""
    row = _locked(act, table_id, (State.READ,))
    prepared = preview.prepare(row)
    if not prepared.matched:
        raise Refused(_("No row of this table is for one of our tariffs; say for which first."))
    row.mapping = {table_rules.flat_key((one.row.tariff_class, one.row.voltage)): one.code for one in prepared.matched}
    row.state, row.submitted_by, row.submitted_by_user = State.SUBMITTED, act.actor.name, act.actor.user_id
    row.save(update_fields=["mapping", "state", "submitted_by", "submitted_by_user"])
    act.note(rows=len(prepared.matched), left_out=len(prepared.unmatched), warnings=len(prepared.warnings))
    return row


@action(Tag.PRICE_TABLE_DISCARD)
def discard_table(act: Act, table_id: int, reason: str) -> PriceTable:
    """Put a table away; its file stays."""
    row = _locked(act, table_id, (State.READ, State.SUBMITTED))
    row.state, row.reason, row.decided_by, row.decided_at = State.DISCARDED, reason[:200], act.actor.name, act.at
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    act.note(reason=reason)
    return row


@action(Tag.PRICE_TABLE_CONFIRM)
def confirm(
    act: Act, table_id: int, acknowledged: Sequence[str] = (), compared: bool = False, reason: str = ""
) -> PriceTable:
    """By a second person, each warning acknowledged: one new version per matched row.

    Their evidence is S, or V where this person has ``compared`` the figures with the published table.
    """
    row = _locked(act, table_id, (State.SUBMITTED,))
    second_person(act.actor, row.imported_by_user, row.submitted_by_user)
    prepared = preview.prepare(row, "V" if compared else "S")
    if missing := [text for text in prepared.warnings if text not in acknowledged]:
        raise Refused(_("Acknowledge each warning: %(warning)s") % {"warning": missing[0]})
    _publish(act, row, prepared, reason)
    row.state, row.decided_by, row.decided_at = State.CONFIRMED, act.actor.name, act.at
    row.acknowledged, row.reason = list(prepared.warnings), reason[:200]
    row.compared_by = act.actor.name if compared else ""
    row.save(update_fields=["state", "decided_by", "decided_at", "acknowledged", "reason", "compared_by"])
    act.note(month=row.month, versions=len(prepared.matched), compared=compared, reason=reason)
    return row


@action(Tag.PRICE_TABLE_COMPARE)
def compare(act: Act, table_id: int) -> PriceTable:
    """A second person has compared a confirmed table with the published one: the same prices again, evidence V."""
    row = _locked(act, table_id, (State.CONFIRMED,))
    second_person(act.actor, row.imported_by_user, row.submitted_by_user)
    if row.compared_by:
        raise Refused(_("%(name)s has already compared this table.") % {"name": row.compared_by})
    prepared = preview.prepare(row, "V")
    for one in prepared.matched:
        _store(act, row, one.text)
    row.compared_by = act.actor.name
    row.save(update_fields=["compared_by"])
    act.note(month=row.month, versions=len(prepared.matched))
    return row


def _publish(act: Act, row: PriceTable, prepared: preview.Prepared, reason: str) -> None:
    for one in prepared.matched:
        assert one.version is not None
        refuse_billed_days(one.version, reason)
    if len(prepared.matched) != len(row.mapping):
        raise Refused(_("A tariff of this table has changed since it was submitted; discard it and read it again."))
    for one in prepared.matched:
        _store(act, row, one.text)


def _store(act: Act, row: PriceTable, text: str) -> None:
    version = publish_version(act, text)
    PriceTableVersion.objects.get_or_create(table=row, version=version)


def _locked(act: Act, table_id: int, states: Sequence[str]) -> PriceTable:
    rows = lock(PriceTable.objects.within(act.actor.scope).filter(pk=table_id).defer("content"))
    if not rows:
        raise NotInScope()
    row: PriceTable = rows[0]
    act.on(row, row.path)
    if row.state not in states:
        raise Refused(_("This table is %(state)s.") % {"state": row.get_state_display()})
    return row
