"""The verbs of collections."""

from gridhall.cis.collections.actions.arrange import cancel_arrangement, decide_arrangement, propose_arrangement
from gridhall.cis.collections.actions.disconnect import (
    approve_disconnection,
    cut,
    issue_notice,
    propose_disconnection,
    reconnect,
    record_delivery,
    tell_again,
    withdraw_disconnection,
)
from gridhall.cis.collections.actions.dispute import answer_dispute, open_dispute
from gridhall.cis.collections.actions.dunning import dunning_step, stop_dunning
from gridhall.cis.collections.actions.guarantee import Paper, call_guarantee, return_guarantee, take_guarantee
from gridhall.cis.collections.actions.protect import decide_protection, end_protection, propose_protection
from gridhall.cis.collections.actions.relief import decide_relief, propose_waiver, propose_write_off, recover
from gridhall.cis.collections.actions.remote import cut_remotely, record_switching
from gridhall.cis.collections.actions.touch import choose_channel, make_touch, record_touch
from gridhall.cis.collections.arrangements import Part

__all__ = [
    "Paper",
    "Part",
    "answer_dispute",
    "approve_disconnection",
    "call_guarantee",
    "cancel_arrangement",
    "choose_channel",
    "cut",
    "cut_remotely",
    "decide_arrangement",
    "decide_protection",
    "decide_relief",
    "dunning_step",
    "end_protection",
    "issue_notice",
    "make_touch",
    "open_dispute",
    "propose_arrangement",
    "propose_disconnection",
    "propose_protection",
    "propose_waiver",
    "propose_write_off",
    "reconnect",
    "record_delivery",
    "record_switching",
    "record_touch",
    "recover",
    "return_guarantee",
    "stop_dunning",
    "take_guarantee",
    "tell_again",
    "withdraw_disconnection",
]
