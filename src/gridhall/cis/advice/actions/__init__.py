"""Verbs of the advice: comparing everybody, and bills of others beside ours."""

from gridhall.cis.advice.actions.everybody import ADVICE_JOB, cancel_run, finish_run, keep_step, start_run
from gridhall.cis.advice.actions.shadow import add_shadow_bill, discard_shadow_bill

__all__ = [
    "ADVICE_JOB", "add_shadow_bill", "cancel_run", "discard_shadow_bill", "finish_run", "keep_step", "start_run",
]  # fmt: skip
