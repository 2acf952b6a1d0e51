"""Keeping a bill of others with ours beside it, and discarding it again."""

from __future__ import annotations

import json

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.advice.models import ShadowBill
from gridhall.cis.advice.shadow.comparing import beside
from gridhall.cis.advice.shadow.other import ISSUER_CHARACTERS_MAX, OtherBill
from gridhall.cis.customers.models import Account
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag
from gridhall.readings.catalog import current_snapshot

KEPT_MAX = 200  # of one account; nobody looks through more


@action(Tag.SHADOW_ADD)
def add_shadow_bill(act: Act, account: Account, other: OtherBill) -> ShadowBill:
    """Bill the days of ``other`` with our kernel and keep both. No bill of ours comes of it."""
    act.on(account, account.path, account.pk)
    lock(Account.objects.filter(pk=account.pk))
    other.check(account.opened_on, timezone.localdate(act.at))
    held = ShadowBill.objects.within(act.actor.scope).filter(account=account, state=ShadowBill.State.KEPT)
    if held.count() >= KEPT_MAX:
        raise Refused(_("%(most)s bills of others are kept already; discard some first.") % {"most": KEPT_MAX})
    snapshot = current_snapshot()
    ours = beside(account.pk, account.number, other, snapshot)
    row = ShadowBill.objects.create(
        account=account, path=account.path, period_from=other.first, period_to=other.end,
        issuer=other.issuer.strip()[:ISSUER_CHARACTERS_MAX], source=other.source, energy_wh=other.known_wh,
        period_wh=list(other.period_wh) if other.period_wh else None, amount_fen=other.amount_fen,
        lines=[list(line) for line in other.lines], facts=other.facts, snapshot=snapshot, basis=ours.basis,
        ours_fen=ours.ours_fen, ours_wh=ours.energy_wh, our_lines=[list(line) for line in ours.lines],
        cause=ours.cause, parts=_plain(ours.parts), problem=_plain(list(ours.problem)), owner=act.actor.user_id,
        created_by=act.actor.name, created_at=act.at,
    )  # fmt: skip
    act.on(row, row.path, account.pk)
    act.note(account=account.number, amount_fen=row.amount_fen, ours_fen=row.ours_fen, cause=row.cause)
    return row


@action(Tag.SHADOW_DISCARD)
def discard_shadow_bill(act: Act, shadow_id: int) -> ShadowBill:
    """Take a bill of others off the list: it stays as it is, and only who entered it may."""
    rows = lock(ShadowBill.objects.within(act.actor.scope).filter(pk=shadow_id))
    if not rows:
        raise NotInScope()
    row: ShadowBill = rows[0]
    act.on(row, row.path, row.account_id)
    if row.owner is None or row.owner != act.actor.user_id:
        raise Refused(_("Only who entered this bill may discard it."))
    if row.state == ShadowBill.State.DISCARDED:
        raise Refused(_("This bill is discarded already."))
    row.state, row.discarded_at = ShadowBill.State.DISCARDED, act.at
    row.save(update_fields=["state", "discarded_at"])
    return row


def _plain(value: object) -> object:
    """With dates as text, as a JSON column keeps it."""
    return json.loads(json.dumps(value, default=str))
