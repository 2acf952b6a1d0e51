"""The verbs of prepayment."""

from gridhall.cis.prepay.actions.counting import record_balances
from gridhall.cis.prepay.actions.terms import end_prepay, hold_stops, set_alarm, start_prepay

__all__ = ["end_prepay", "hold_stops", "record_balances", "set_alarm", "start_prepay"]
