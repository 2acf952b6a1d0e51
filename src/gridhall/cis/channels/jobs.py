"""Posting a bank's file in steps of at most two thousand lines; after a crash it goes on behind the last one."""

from __future__ import annotations

from gridhall.cis.channels import actions, files
from gridhall.cis.channels.actions.files import POST_JOB
from gridhall.cis.channels.models import PartnerFile
from gridhall.cis.channels.posting import steps
from gridhall.platform.actor import system
from gridhall.platform.jobs import Running, handler
from gridhall.platform.scope import EVERYTHING


@handler(POST_JOB)
def post_bank_file(running: Running) -> None:
    """Payments first, then what takes back; progress in lines."""
    actor = system("bank-file")
    row = PartnerFile.objects.within(EVERYTHING).select_related("link").get(pk=running.arguments["file"])
    done = 0
    for number, step in enumerate(steps(files.read(row).items), 1):
        done += len(step.items)
        if number > row.steps_done:
            actions.file_step(actor, row.pk, number, step)
            running.report(done, row.items)
    actions.finish_file(actor, row.pk)
