"""A kept file read again, and our answer to it."""

from __future__ import annotations

import zlib

from gridhall.cis.channels.booking import actor_of
from gridhall.cis.channels.models import PartnerFile
from gridhall.cis.payments.queries import receipts_by_serial
from gridhall.codecs.payments import bank_file
from gridhall.codecs.payments.items import Item

AT_ONCE = 2000


def read(file: PartnerFile) -> bank_file.DayFile:
    """The items as they came."""
    return bank_file.read(zlib.decompress(file.content), file.link.charset)


def answer(file: PartnerFile) -> bytes:
    """The answer file for the bank: one line per item, in the order and charset of the file."""
    found = read(file)
    refused = {serial: code for _row, serial, code in file.refused}
    answers = [
        answered
        for first in range(0, len(found.items), AT_ONCE)
        for answered in _answers(file, found.items[first : first + AT_ONCE], refused)
    ]
    return bank_file.write_answers(found.bank, found.day, answers, file.link.charset)


def _answers(file: PartnerFile, items: list[Item], refused: dict[str, str]) -> list[bank_file.Answered]:
    booked = receipts_by_serial(actor_of(file.link).scope, file.link.code, [item.serial for item in items])
    answers = []
    for item in items:
        payment = booked.get(item.serial)
        if item.serial in refused:
            answers.append(bank_file.Answered(item.serial, refused[item.serial]))
        elif payment is not None:
            answers.append(bank_file.Answered(item.serial, "ok", *payment))
        else:
            answers.append(bank_file.Answered(item.serial, "ok" if file.state == "posted" else "waiting"))
    return answers
