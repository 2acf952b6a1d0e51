"""The notice of a posted case as the printed document wants it."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from django.utils import timezone

from gridhall.cis.billing.document import WAYS_TO_PAY, account_block, money, utility
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.terms import calculation_of
from gridhall.cis.cases.wording import CASE_KINDS, PARTS, step_views
from gridhall.platform.documents import schema as doc
from gridhall.platform.documents.schema import Words

VERIFY = Words(
    "标有 * 的条款依据尚未与规章原文核对。", "Clauses marked * were not yet compared with the printed rules."
)


def notice_document(case: Case) -> doc.NoticeDocument:
    """From what is stored: the same case always gives the same notice."""
    calculation = calculation_of(case.calculation)
    assert calculation is not None and case.posted_at is not None
    steps = step_views(calculation)
    withdrawn = case.state == Case.State.WITHDRAWN
    owed = case.total_fen > 0 and case.kind not in (Case.Kind.REFUND, Case.Kind.TRANSFER) and not withdrawn
    days = (str(calculation.first), str(calculation.end - timedelta(days=1))) if calculation.end else (None, None)
    return doc.NoticeDocument(
        number=case.number,
        issued_at=timezone.localtime(case.posted_at).isoformat(timespec="seconds"),
        content_sha256=_digest(case),
        utility=utility(case.path),
        account=account_block(case.account, "", None, case.found_on),
        kind=CASE_KINDS[case.kind],
        amount=money(case.total_fen),
        found_on=str(case.found_on),
        steps=tuple(
            doc.NoticeStep(
                what=step.words, part=PARTS[step.part], clause=step.clause + (" *" if step.evidence == "M" else ""),
                amount=None if step.part == "basis" else money(step.amount_fen),
            )
            for step in steps
        ),
        due_on=str(case.due_on) if owed and case.due_on else None,
        period_first_day=days[0],
        period_last_day=days[1],
        reason=case.note,
        evidence=tuple(line.strip() for line in case.evidence.splitlines() if line.strip()),
        withdrawn=case.withdrawn_why if withdrawn else None,
        parts=_parts(case),
        ways_to_pay=WAYS_TO_PAY if owed else (),
        notes=(VERIFY,) if any(step.evidence == "M" for step in steps) else (),
    )  # fmt: skip


def _parts(case: Case) -> tuple[doc.Amount, ...]:
    if not case.charge_fen:
        return ()
    return (
        doc.Amount(label=PARTS["recovered"], amount=money(case.recovered_fen)),
        doc.Amount(label=PARTS["charge"], amount=money(case.charge_fen)),
    )


def _digest(case: Case) -> str:
    said = [case.number, case.account.number, case.kind, case.calculation, str(case.due_on)]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
