"""The verbs of partners."""

from gridhall.cis.channels.actions.links import end_key, open_link, trust_key

__all__ = ["end_key", "open_link", "trust_key"]
