"""A bank's day file: kept, posted step by step, answered. The same content is one file, and a line is booked once."""

from __future__ import annotations

import hashlib
import zlib
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.channels import files
from gridhall.cis.channels.models import Link, PartnerFile
from gridhall.cis.channels.posting import Step, post_step
from gridhall.cis.channels.rules import needs_second_person
from gridhall.codecs.payments import bank_file
from gridhall.platform import jobs
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag

POST_JOB = "bank-file"


@action(Tag.BANK_FILE_KEEP)
def keep_file(act: Act, link_id: int, data: bytes, file_name: str) -> PartnerFile:
    """Keep a file that was read without fault; nothing is booked. The same content gives the first one.

    Raises CodecError for a file that is refused whole, Refused for a file of another bank.
    """
    link = lock(Link.objects.within(act.actor.scope).filter(pk=link_id))
    if not link:
        raise NotInScope()
    file = bank_file.read(data, link[0].charset)
    if file.bank != (link[0].partner_id or link[0].code):
        raise Refused(_("This is a file of %(bank)s, not of this link.") % {"bank": file.bank[:40]})
    digest = hashlib.sha256(data).hexdigest()
    known = PartnerFile.objects.within(act.actor.scope).filter(link=link[0], sha256=digest).first()
    row = known or PartnerFile.objects.create(
        link=link[0], path=link[0].path, file_name=file_name[-200:], sha256=digest, content=zlib.compress(data),
        day=file.day, items=len(file.items), net_fen=file.net_fen, kept_at=act.at, kept_by=act.actor.name,
        kept_by_user=act.actor.user_id,
    )  # fmt: skip
    act.on(row, row.path)
    act.note(sha256=digest, items=row.items, net_fen=row.net_fen, known=known is not None)
    return row


@action(Tag.BANK_FILE_POST)
def post_file(act: Act, file_id: int) -> PartnerFile:
    """Have a file posted by a job. One that is posted, or being posted, stays as it is.

    Refused to whoever brought it, where it moves more than the dated rule lets one person post.
    """
    row = _locked(act, file_id)
    if row.state == PartnerFile.State.CHECKED:
        if awaits_second(row, act.actor.user_id, timezone.localtime(act.at).date()):
            raise Refused(_("You have brought this file in; a second person posts it."))
        row.state, row.posted_by, row.posted_at = PartnerFile.State.POSTING, act.actor.name, act.at
        row.save(update_fields=["state", "posted_by", "posted_at"])
        jobs.submit(POST_JOB, {"file": row.pk}, key=f"bank-file:{row.pk}", path=row.path, by=act.actor.name)
    act.note(items=row.items, net_fen=row.net_fen)
    return row


def awaits_second(row: PartnerFile, user_id: int | None, on: date) -> bool:
    """Whether a person may not post a file because they brought it. The product itself has no id and is no person."""
    return user_id is not None and user_id == row.kept_by_user and needs_second_person(files.read(row), on)


@action(Tag.BANK_FILE_STEP)
def file_step(act: Act, file_id: int, number: int, step: Step) -> PartnerFile:
    """Book step ``number`` (from 1), unless it was booked before."""
    row = _locked(act, file_id)
    if number <= row.steps_done:
        return row
    answers = post_step(row.link, step, f"{row.link.code} {row.day}")
    good = [one for one in answers.values() if one.code == "ok"]
    rows = {item.serial: item.row for item in step.items}
    row.refused += [[rows[one.serial], one.serial, one.code] for one in answers.values() if one.code != "ok"]
    row.booked += len(good)
    row.booked_fen += sum(one.booked_fen for one in good)
    row.steps_done = number
    row.save(update_fields=["refused", "booked", "booked_fen", "steps_done"])
    act.note(step=number, booked=len(good))
    return row


@action(Tag.BANK_FILE_FINISH)
def finish_file(act: Act, file_id: int) -> PartnerFile:
    """Every line has its answer."""
    row = _locked(act, file_id)
    row.state = PartnerFile.State.POSTED
    row.save(update_fields=["state"])
    act.note(booked=row.booked, refused=len(row.refused), booked_fen=row.booked_fen)
    act.emit("bank-file.posted", link=row.link.code, day=str(row.day), booked=row.booked, refused=len(row.refused))
    return row


def _locked(act: Act, file_id: int) -> Any:
    rows = lock(PartnerFile.objects.within(act.actor.scope).select_related("link").filter(pk=file_id))
    if not rows:
        raise NotInScope()
    act.on(rows[0], rows[0].path)
    return rows[0]
