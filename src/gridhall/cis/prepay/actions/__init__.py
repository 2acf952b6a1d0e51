"""The verbs of prepayment."""

from gridhall.cis.prepay.actions.commands import acknowledge, prepare, retry, verify, withdraw
from gridhall.cis.prepay.actions.counting import record_balances
from gridhall.cis.prepay.actions.terms import end_prepay, hold_stops, set_alarm, start_prepay

__all__ = [
    "acknowledge", "end_prepay", "hold_stops", "prepare", "record_balances", "retry", "set_alarm", "start_prepay",
    "verify", "withdraw",
]  # fmt: skip
