"""Matching a statement: steps of two thousand movements, each one transaction; after a crash behind the last one."""

from __future__ import annotations

import zlib

from gridhall.cis.payments.actions import AT_ONCE
from gridhall.cis.reconcile import actions, reading
from gridhall.cis.reconcile.actions.statements import MATCH_JOB
from gridhall.cis.reconcile.models import Statement
from gridhall.platform.actor import system
from gridhall.platform.jobs import Running, handler
from gridhall.platform.scope import EVERYTHING


@handler(MATCH_JOB)
def match_statement(running: Running) -> None:
    """Movements first, then what our books have and the statement has not; progress in movements."""
    actor = system("reconciliation")
    row = Statement.objects.within(EVERYTHING).select_related("link").get(pk=running.arguments["statement"])
    items = reading.read(row.link, zlib.decompress(row.content)).items
    for number, first in enumerate(range(0, len(items), AT_ONCE), 1):
        if number > row.steps_done:
            actions.match_step(actor, row.pk, number, items[first : first + AT_ONCE])
            running.report(min(first + AT_ONCE, len(items)), len(items))
    actions.finish_statement(actor, row.pk)
