"""Opening, calculating, confirming, approving, withdrawing and paying out cases."""

from gridhall.cis.cases.actions.decide import approve_case, confirm_case
from gridhall.cis.cases.actions.make import Facts, calculate_case, open_case
from gridhall.cis.cases.actions.undo import pay_out_refund, withdraw_case

__all__ = [
    "Facts",
    "approve_case",
    "calculate_case",
    "confirm_case",
    "open_case",
    "pay_out_refund",
    "withdraw_case",
]
