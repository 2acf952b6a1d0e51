"""A draft from its first line to a published version. Every save is a new revision; two people publish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from gridhall.cis.studio import documents, queries
from gridhall.cis.studio.actions.guards import refuse_billed_days, second_person
from gridhall.cis.studio.models import Draft, DraftComment, DraftRevision
from gridhall.cis.tariffs.actions import publish as publish_version
from gridhall.cis.tariffs.models import TariffVersion
from gridhall.cis.tariffs.queries import parsed
from gridhall.platform.actions import Act, action
from gridhall.platform.actor import home
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag

WORKED_ON = (Draft.State.DRAFT, Draft.State.SUBMITTED)


@action(Tag.DRAFT_CREATE)
def create(
    act: Act, valid_from: date, base_id: int | None = None, text: str = "", table_id: int | None = None
) -> Draft:
    """A blank form, a copy of a published version that begins on another day, or ``text`` made from a price table."""
    base = TariffVersion.objects.filter(pk=base_id).first() if base_id else None
    if base_id and base is None:
        raise Refused(_("This version does not exist any more; choose another one."))
    if not text:
        text = _copied(base, valid_from) if base else documents.BLANK % {"valid_from": valid_from}
    origin = Draft.Origin.TABLE if table_id else Draft.Origin.COPY if base else Draft.Origin.BLANK
    draft = Draft.objects.create(
        path=home(act.actor), origin=origin, code=documents.code_of(text), base=base, table_id=table_id,
        created_by=act.actor.name, created_by_user=act.actor.user_id, created_at=act.at,
    )  # fmt: skip
    _save(act, draft, 1, text, "")
    act.on(draft, draft.path)
    act.note(code=draft.code, origin=origin.value)
    return draft


def _copied(base: TariffVersion, valid_from: date) -> str:
    document = documents.document_of(documents.to_yaml(parsed(base.pk)))
    document["valid_from"] = valid_from.isoformat()
    if document.get("valid_to", "9999") <= document["valid_from"]:
        del document["valid_to"]
    return documents.canonical(documents.dump(document))


@action(Tag.DRAFT_REVISE)
def revise(act: Act, draft_id: int, text: str, seen: int, note: str = "") -> DraftRevision:
    """Save a text as the next revision, good or not yet good. ``seen`` is the revision that the writer looked at."""
    draft = _locked(act, draft_id, WORKED_ON)
    last = queries.latest(draft)
    if last.number != seen:
        raise Refused(
            _("%(name)s has saved revision %(number)s meanwhile; open it and carry your change over.")
            % {"name": last.saved_by, "number": last.number}
        )
    if len(text) > documents.TEXT_MAX:
        raise Refused(_("The text is longer than %(most)s characters.") % {"most": documents.TEXT_MAX})
    if last.text == text:
        return last
    row = _save(act, draft, last.number + 1, text, note)
    draft.code = documents.code_of(text)
    draft.state = Draft.State.DRAFT  # what was submitted was another text
    draft.save(update_fields=["code", "state"])
    act.note(revision=row.number, length=len(text))
    return row


@action(Tag.DRAFT_COMMENT)
def comment(act: Act, draft_id: int, text: str) -> DraftComment:
    """A word on the revision that stands."""
    draft = _locked(act, draft_id, tuple(Draft.State))
    revision = queries.latest(draft).number
    return DraftComment.objects.create(
        draft=draft, revision=revision, text=text[:1000], said_by=act.actor.name, said_at=act.at
    )


@action(Tag.DRAFT_SUBMIT)
def submit(act: Act, draft_id: int) -> Draft:
    """Hand a draft without problems to a second person."""
    draft = _locked(act, draft_id, (Draft.State.DRAFT,))
    checked = documents.check(queries.latest(draft).text)
    if checked.version is None:
        raise Refused(_("The draft still has problems: %(problem)s") % {"problem": checked.problems[0].text})
    draft.state, draft.submitted_by, draft.submitted_at = Draft.State.SUBMITTED, act.actor.name, act.at
    draft.save(update_fields=["state", "submitted_by", "submitted_at"])
    act.note(code=draft.code, valid_from=str(checked.version.valid_from))
    return draft


@action(Tag.DRAFT_DISCARD)
def discard(act: Act, draft_id: int, reason: str) -> Draft:
    """Put a draft away; it stays readable."""
    draft = _locked(act, draft_id, WORKED_ON)
    draft.state, draft.reason = Draft.State.DISCARDED, reason[:200]
    draft.decided_by, draft.decided_at = act.actor.name, act.at
    draft.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    act.note(code=draft.code, reason=reason)
    return draft


@action(Tag.DRAFT_PUBLISH)
def publish(act: Act, draft_id: int, seen: int, acknowledged: Sequence[str] = (), reason: str = "") -> Draft:
    """By somebody who neither began nor last revised it, each warning acknowledged; a new version is stored.

    ``seen`` is the revision that was looked at. Over days that are billed already only with a ``reason``, as a
    correction: those bills stay as they are until they are billed again.
    """
    draft = _locked(act, draft_id, (Draft.State.SUBMITTED,))
    last = queries.latest(draft)
    second_person(act.actor, draft.created_by_user, last.saved_by_user)
    if last.number != seen:
        raise Refused(_("The draft has changed since you opened it; look at it again."))
    checked = documents.check(last.text)
    if checked.version is None:
        raise Refused(_("The draft still has problems: %(problem)s") % {"problem": checked.problems[0].text})
    if missing := [warning for warning in checked.warnings if warning not in acknowledged]:
        raise Refused(_("Acknowledge each warning: %(warning)s") % {"warning": missing[0]})
    refuse_billed_days(checked.version, reason)
    draft.published = publish_version(act, last.text)
    draft.state, draft.decided_by, draft.decided_at = Draft.State.PUBLISHED, act.actor.name, act.at
    draft.acknowledged, draft.reason = list(checked.warnings), reason[:200]
    draft.save()
    act.note(code=draft.code, valid_from=str(checked.version.valid_from), warnings=len(checked.warnings), reason=reason)
    return draft


def _save(act: Act, draft: Draft, number: int, text: str, note: str) -> DraftRevision:
    return DraftRevision.objects.create(
        draft=draft, number=number, text=text, note=note[:200],
        saved_by=act.actor.name, saved_by_user=act.actor.user_id, saved_at=act.at,
    )  # fmt: skip


def _locked(act: Act, draft_id: int, states: Sequence[str]) -> Draft:
    rows = lock(Draft.objects.within(act.actor.scope).filter(pk=draft_id))
    if not rows:
        raise NotInScope()
    draft: Draft = rows[0]
    act.on(draft, draft.path)
    if draft.state not in states:
        raise Refused(_("This draft is %(state)s.") % {"state": draft.get_state_display()})
    return draft
