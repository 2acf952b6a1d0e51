"""The verbs of collections."""

from gridhall.cis.collections.actions.dunning import dunning_step, stop_dunning
from gridhall.cis.collections.actions.protect import decide_protection, end_protection, propose_protection
from gridhall.cis.collections.actions.touch import choose_channel, make_touch, record_touch

__all__ = [
    "choose_channel",
    "decide_protection",
    "dunning_step",
    "end_protection",
    "make_touch",
    "propose_protection",
    "record_touch",
    "stop_dunning",
]
