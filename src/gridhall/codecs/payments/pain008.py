"""ISO 20022 pain.008.001.08: a list of direct debits for a bank, one group for first and one for later debits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"
ID_MAX, NAME_MAX, TEXT_MAX = 35, 70, 140


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who collects: name, account, bank, and the creditor identifier that mandates name."""

    name: str
    iban: str
    bic: str
    identifier: str
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Collection:
    """One debit. ``end_to_end`` (at most 35 characters) comes back with the money; ``first`` of its mandate or not."""

    end_to_end: str
    amount_fen: int
    mandate: str
    signed_on: date
    name: str
    iban: str
    text: str
    bic: str = ""
    first: bool = False


def write(message_id: str, at: datetime, collect_on: date, creditor: Creditor, debits: Iterable[Collection]) -> bytes:
    """The message, ready to send. ``at`` is written without fractions of a second."""
    listed = list(debits)
    root = etree.Element(f"{{{NAMESPACE}}}Document", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    message = _in(root, "CstmrDrctDbtInitn")
    header = _in(message, "GrpHdr")
    _in(header, "MsgId", message_id[:ID_MAX])
    _in(header, "CreDtTm", at.replace(microsecond=0, tzinfo=None).isoformat())
    _sums(header, listed)
    _in(_in(header, "InitgPty"), "Nm", creditor.name[:NAME_MAX])
    for sequence, chosen in (("FRST", [d for d in listed if d.first]), ("RCUR", [d for d in listed if not d.first])):
        if chosen:
            _group(message, f"{message_id[: ID_MAX - 5]}-{sequence}", sequence, collect_on, creditor, chosen)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _group(
    message: etree._Element, name: str, sequence: str, collect_on: date, creditor: Creditor, debits: list[Collection]
) -> None:
    group = _in(message, "PmtInf")
    _in(group, "PmtInfId", name)
    _in(group, "PmtMtd", "DD")
    _in(group, "BtchBookg", "true")
    _sums(group, debits)
    kind = _in(group, "PmtTpInf")
    _in(_in(kind, "SvcLvl"), "Cd", "SEPA")
    _in(_in(kind, "LclInstrm"), "Cd", "CORE")
    _in(kind, "SeqTp", sequence)
    _in(group, "ReqdColltnDt", collect_on.isoformat())
    _in(_in(group, "Cdtr"), "Nm", creditor.name[:NAME_MAX])
    _in(_in(_in(group, "CdtrAcct"), "Id"), "IBAN", creditor.iban)
    _in(_in(_in(group, "CdtrAgt"), "FinInstnId"), "BICFI", creditor.bic)
    _in(group, "ChrgBr", "SLEV")
    scheme = _in(_in(_in(_in(group, "CdtrSchmeId"), "Id"), "PrvtId"), "Othr")
    _in(scheme, "Id", creditor.identifier)
    _in(_in(scheme, "SchmeNm"), "Prtry", "SEPA")
    for debit in debits:
        _debit(group, debit, creditor.currency)


def _debit(group: etree._Element, debit: Collection, currency: str) -> None:
    one = _in(group, "DrctDbtTxInf")
    _in(_in(one, "PmtId"), "EndToEndId", debit.end_to_end[:ID_MAX])
    _in(one, "InstdAmt", _yuan(debit.amount_fen)).set("Ccy", currency)
    mandate = _in(_in(one, "DrctDbtTx"), "MndtRltdInf")
    _in(mandate, "MndtId", debit.mandate[:ID_MAX])
    _in(mandate, "DtOfSgntr", debit.signed_on.isoformat())
    agent = _in(_in(one, "DbtrAgt"), "FinInstnId")
    if debit.bic:
        _in(agent, "BICFI", debit.bic)
    else:
        _in(_in(agent, "Othr"), "Id", "NOTPROVIDED")
    _in(_in(one, "Dbtr"), "Nm", debit.name[:NAME_MAX])
    _in(_in(_in(one, "DbtrAcct"), "Id"), "IBAN", debit.iban)
    _in(_in(one, "RmtInf"), "Ustrd", debit.text[:TEXT_MAX])


def _sums(parent: etree._Element, debits: list[Collection]) -> None:
    _in(parent, "NbOfTxs", str(len(debits)))
    _in(parent, "CtrlSum", _yuan(sum(debit.amount_fen for debit in debits)))


def _yuan(fen: int) -> str:
    return str(Decimal(fen).scaleb(-2).quantize(Decimal("0.01")))


def _in(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = text
    return child
