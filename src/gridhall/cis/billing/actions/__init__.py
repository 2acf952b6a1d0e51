"""The verbs of billing."""

from gridhall.cis.billing.actions.capacity import set_operating_capacity
from gridhall.cis.billing.actions.charging import change_charging
from gridhall.cis.billing.actions.corrections import rebill, reverse
from gridhall.cis.billing.actions.exceptions import resolve_exception
from gridhall.cis.billing.actions.late_facts import re_rate
from gridhall.cis.billing.actions.runs import (
    calculate_step,
    cancel_run,
    create_cycle,
    create_run,
    finish_run,
    release_run,
)
from gridhall.cis.billing.actions.single import bill_account

__all__ = [
    "bill_account",
    "calculate_step",
    "cancel_run",
    "change_charging",
    "create_cycle",
    "create_run",
    "finish_run",
    "re_rate",
    "rebill",
    "release_run",
    "resolve_exception",
    "reverse",
    "set_operating_capacity",
]
