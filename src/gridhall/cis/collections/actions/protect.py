"""The do-not-disconnect list: proposed with evidence, confirmed or refused by a second person, ended with a reason."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.collections.guards import locked_account, locked_row, require_reason, require_second_person
from gridhall.cis.collections.models import Protection
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag


@action(Tag.PROTECTION_PROPOSE)
def propose_protection(
    act: Act, account_id: int, reason: str, evidence: str, valid_from: date, valid_to: date | None = None
) -> Protection:
    """Put an account on the list from ``valid_from`` to before ``valid_to``. It counts at once.

    Raises Refused without evidence (a certificate's number, a letter, a register), for dates the wrong way round and
    where the same reason stands already.
    """
    account = locked_account(act, account_id)
    if reason not in Protection.Reason.values:
        raise Refused(_("Choose a reason from the list."))
    require_reason(evidence, _("Name the evidence, for example the number of the certificate."))
    if valid_to is not None and valid_to <= valid_from:
        raise Refused(_("The last day lies before the first."))
    same = Protection.objects.within(act.actor.scope).overlapping(valid_from, valid_to or date.max)
    if same.filter(account=account, reason=reason).exclude(state=Protection.State.REFUSED).exists():
        raise Refused(_("The account stands on the list for this reason already."))
    row = Protection.objects.create(
        account=account, path=account.path, reason=reason, evidence=evidence.strip(), valid_from=valid_from,
        valid_to=valid_to, proposed_by=act.actor.name, proposed_by_user=act.actor.user_id, proposed_at=act.at,
    )  # fmt: skip
    act.on(row, row.path)
    act.note(account=account.number, reason=reason, valid_from=str(valid_from), valid_to=str(valid_to or ""))
    return row


@action(Tag.PROTECTION_DECIDE)
def decide_protection(act: Act, protection_id: int, confirm: bool, note: str = "") -> Protection:
    """Confirm or refuse what another person proposed; a refusal says why."""
    row = locked_row(act, Protection, protection_id)
    if row.state != Protection.State.PROPOSED:
        raise Refused(_("This is decided already."))
    require_second_person(act, row.proposed_by_user)
    if not confirm:
        require_reason(note, _("Say why it is refused."))
    row.state = Protection.State.CONFIRMED if confirm else Protection.State.REFUSED
    row.decided_by, row.decided_at, row.note = act.actor.name, act.at, note.strip()
    row.save(update_fields=["state", "decided_by", "decided_at", "note"])
    act.note(confirmed=confirm, note=note.strip())
    return row


@action(Tag.PROTECTION_END)
def end_protection(act: Act, protection_id: int, last_day: date, reason: str) -> Protection:
    """Let a row of the list end after ``last_day``, which may not lie in the past: what held then held."""
    row = locked_row(act, Protection, protection_id)
    require_reason(reason, _("Say why the protection ends."))
    if last_day < timezone.localtime(act.at).date():
        raise Refused(_("A protection ends today at the earliest."))
    if row.state == Protection.State.REFUSED or (row.valid_to is not None and row.valid_to <= last_day):
        raise Refused(_("It ends before that day anyway."))
    row.valid_to = max(last_day + date.resolution, row.valid_from + date.resolution)
    row.note = reason.strip()
    row.save(update_fields=["valid_to", "note"])
    act.note(valid_to=str(row.valid_to), reason=reason.strip())
    return row
