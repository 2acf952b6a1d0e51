"""Who may post a bank's file alone, as dated data."""

from __future__ import annotations

from datetime import date

import msgspec

from gridhall.codecs.payments.bank_file import DayFile
from gridhall.kernel.dated import in_force, versions
from gridhall.kernel.tariffs.types import Evidence


class BankFilePolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version, in force from ``valid_from`` on: up to so many yuan whoever brings a file may post it."""

    code: str
    valid_from: date
    alone_up_to_yuan: int
    source: str
    evidence: Evidence


def bank_file_policy(on: date) -> BankFilePolicy:
    """The rule that counts on a day; before the first, the first."""
    return in_force(versions("bank_file_policy", BankFilePolicy), on)


def needs_second_person(file: DayFile, on: date) -> bool:
    """Whether a file moves more than one person may post, in either direction."""
    moved_fen = sum(item.amount_fen for item in file.items)
    return moved_fen > bank_file_policy(on).alone_up_to_yuan * 100
