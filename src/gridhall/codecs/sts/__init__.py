"""Keypad tokens of IEC 62055-41 (STS): 20 digits for one meter, made and read. Tables and keys are the user's file."""

from gridhall.codecs.sts.block import Content, amount_code, amount_of, next_tid, tid_at
from gridhall.codecs.sts.errors import SENTENCES, Fault, StsError
from gridhall.codecs.sts.file import StsFile, load
from gridhall.codecs.sts.tokens import Meter, check, issue, read

__all__ = [
    "SENTENCES", "Content", "Fault", "Meter", "StsError", "StsFile", "amount_code", "amount_of", "check", "issue",
    "load", "next_tid", "read", "tid_at",
]  # fmt: skip
