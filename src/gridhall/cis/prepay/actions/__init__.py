"""The verbs of prepayment."""

from gridhall.cis.prepay.actions.commands import acknowledge, prepare, retry, verify, withdraw
from gridhall.cis.prepay.actions.counting import record_balances
from gridhall.cis.prepay.actions.devices import register_device, register_sts_meter
from gridhall.cis.prepay.actions.terms import end_prepay, hold_stops, set_alarm, start_prepay
from gridhall.cis.prepay.actions.tokens import issue_service_token, issue_token, void_token

__all__ = [
    "acknowledge", "end_prepay", "hold_stops", "issue_service_token", "issue_token", "prepare", "record_balances",
    "register_device", "register_sts_meter", "retry", "set_alarm", "start_prepay", "verify", "void_token", "withdraw",
]  # fmt: skip
