"""OpenPAYGO tokens for keypad devices."""

from gridhall.codecs.openpaygo.tokens import STEPS_MAX, Accepted, Device, Issued, Kind, TokenError, issue, read

__all__ = ["STEPS_MAX", "Accepted", "Device", "Issued", "Kind", "TokenError", "issue", "read"]
