"""The verbs of payment."""

from gridhall.cis.payments.actions.announce import announce, confirm, fail
from gridhall.cis.payments.actions.arrive import arrive
from gridhall.cis.payments.actions.channel_refund import charge_back, refund_by_channel
from gridhall.cis.payments.actions.collect import AT_ONCE, Collected, collect
from gridhall.cis.payments.actions.counter_refund import refund_at_counter
from gridhall.cis.payments.actions.penalties import assess_penalties
from gridhall.cis.payments.actions.receive import receive
from gridhall.cis.payments.actions.reverse import reverse
from gridhall.cis.payments.actions.shifts import close_shift, open_shift

__all__ = [
    "AT_ONCE",
    "Collected",
    "announce",
    "arrive",
    "assess_penalties",
    "charge_back",
    "close_shift",
    "collect",
    "confirm",
    "fail",
    "open_shift",
    "receive",
    "refund_at_counter",
    "refund_by_channel",
    "reverse",
]
