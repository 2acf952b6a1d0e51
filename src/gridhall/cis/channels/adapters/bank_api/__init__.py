"""A bank in real time: what is owed, pay, reverse, and what became of it; JSON over HTTP, every request signed."""

from gridhall.cis.channels.adapters.bank_api.verbs import answer
from gridhall.cis.channels.adapters.bank_api.wire import read, reply

__all__ = ["answer", "read", "reply"]
