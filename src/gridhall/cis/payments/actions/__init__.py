"""The verbs of payment."""

from gridhall.cis.payments.actions.collect import AT_ONCE, Collected, collect
from gridhall.cis.payments.actions.penalties import assess_penalties
from gridhall.cis.payments.actions.receive import receive
from gridhall.cis.payments.actions.reverse import reverse
from gridhall.cis.payments.actions.shifts import close_shift, open_shift

__all__ = [
    "AT_ONCE",
    "Collected",
    "assess_penalties",
    "close_shift",
    "collect",
    "open_shift",
    "receive",
    "reverse",
]
