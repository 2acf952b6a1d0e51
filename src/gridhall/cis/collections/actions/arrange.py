"""Payment in instalments: proposed by the customer or a collector, approved by a second person, kept or broken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.billing.models import Bill
from gridhall.cis.collections import credit_rules, rules
from gridhall.cis.collections.actions.dunning import look_again
from gridhall.cis.collections.arrangements import Part
from gridhall.cis.collections.guards import locked_account, locked_row, require_reason, require_second_person
from gridhall.cis.collections.models import Arrangement, Instalment
from gridhall.cis.customers.models import Account
from gridhall.cis.ledger.queries import open_items
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

LIVE = (Arrangement.State.PROPOSED, Arrangement.State.KEPT)


@action(Tag.ARRANGEMENT_PROPOSE)
def propose_arrangement(
    act: Act, account_id: int, bill_ids: Sequence[int], parts: Sequence[Part], note: str = ""
) -> Arrangement:
    """Pay what is open on the named bills, energy and posted penalties, in parts.

    Raises Refused where an arrangement stands already, a bill is not open, the parts do not add up, or the plan goes
    beyond the dated rules; dunning goes on until it is approved.
    """
    account = locked_account(act, account_id)
    if Arrangement.objects.within(EVERYTHING).filter(account=account, state__in=LIVE).exists():
        raise Refused(_("The account has an arrangement already; it has to end first."))
    total = _open_fen(account, bill_ids)
    on = timezone.localtime(act.at).date()
    _check(parts, total, _payer(bill_ids), on)
    row = Arrangement.objects.create(
        account=account, path=account.path, total_fen=total, note=note.strip(), proposed_by=act.actor.name,
        proposed_by_user=act.actor.user_id, proposed_at=act.at,
    )  # fmt: skip
    row.bills.set(bill_ids)
    Instalment.objects.bulk_create(
        Instalment(arrangement=row, number=number, due_on=part.due_on, amount_fen=part.amount_fen)
        for number, part in enumerate(parts, 1)
    )
    act.on(row, row.path, account.pk)
    act.note(account=account.number, total_fen=total, instalments=len(parts))
    return row


@action(Tag.ARRANGEMENT_DECIDE)
def decide_arrangement(act: Act, arrangement_id: int, approve: bool, note: str = "") -> Arrangement:
    """Approve or refuse what another person proposed; an approved one pauses dunning in the same moment."""
    row = locked_row(act, Arrangement, arrangement_id)
    if row.state != Arrangement.State.PROPOSED:
        raise Refused(_("This is decided already."))
    require_second_person(act, row.proposed_by_user)
    if not approve:
        require_reason(note, _("Say why it is refused."))
    row.state = Arrangement.State.KEPT if approve else Arrangement.State.REFUSED
    row.decided_by, row.decided_at, row.decision = act.actor.name, act.at, note.strip()
    row.save(update_fields=["state", "decided_by", "decided_at", "decision"])
    act.note(approved=approve)
    look_again(act, [row.account_id])
    return row


@action(Tag.ARRANGEMENT_CANCEL)
def cancel_arrangement(act: Act, arrangement_id: int, reason: str) -> Arrangement:
    """End one that nobody wants any more; dunning goes on with the next day."""
    row = locked_row(act, Arrangement, arrangement_id)
    require_reason(reason, _("Say why the arrangement ends."))
    if row.state not in LIVE:
        raise Refused(_("The arrangement has ended already."))
    row.state, row.decision, row.ended_on = Arrangement.State.CANCELLED, reason.strip(), timezone.localdate()
    row.save(update_fields=["state", "decision", "ended_on"])
    act.note(reason=reason.strip())
    return row


def _open_fen(account: Account, bill_ids: Sequence[int]) -> int:
    open_now = {item.bill_id: item.total_fen for item in open_items(account.pk) if item.total_fen > 0}
    if not bill_ids or not set(bill_ids) <= open_now.keys():
        raise Refused(_("Choose bills of this account that are open."))
    return sum(open_now[bill_id] for bill_id in bill_ids)


def _payer(bill_ids: Sequence[int]) -> str:
    classes = Bill.objects.within(EVERYTHING).filter(pk__in=bill_ids).values_list("use_class", flat=True)
    return "other" if any(rules.payer_of(name) == "other" for name in classes) else "residential"


def _check(parts: Sequence[Part], total_fen: int, payer: str, on: date) -> None:
    allowed = credit_rules.credit(on).arrangement
    most, apart = allowed.instalments_most.of(payer), timedelta(days=allowed.days_apart_most)
    if not 2 <= len(parts) <= most:
        raise Refused(_("An arrangement has 2 to %(most)s instalments here.") % {"most": most})
    if any(part.amount_fen <= 0 for part in parts) or sum(part.amount_fen for part in parts) != total_fen:
        raise Refused(_("The instalments have to add up to what is open."))
    share = allowed.first_percent_least.of(payer)
    if parts[0].amount_fen * 100 < total_fen * share:
        raise Refused(_("The first instalment is at least %(share)s %% of the whole.") % {"share": share})
    days = [on, *(part.due_on for part in parts)]
    if any(not timedelta(0) <= later - earlier <= apart for earlier, later in pairwise(days)):
        raise Refused(_("Instalments follow each other by at most %(days)s days.") % {"days": apart.days})
