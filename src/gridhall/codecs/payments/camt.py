"""ISO 20022 statements and notices of a bank account: camt.052, .053 and .054, whatever their version.

The version in the namespace is ignored; ``Sts`` may hold its code as text or below ``Cd``; one entry may hold many
transactions. Only booked entries count. Amounts stay exact; what is not whole fen is refused when fen are asked for.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from gridhall.codecs.errors import Code, refuse
from gridhall.codecs.payments.items import FEN_MAX, ITEMS_MAX, Item, Kind, Statement
from gridhall.codecs.xml_events import Closed, Opened, events

STATEMENTS = ("Stmt", "Rpt", "Ntfctn")
AMOUNT = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,5})?", re.ASCII)
BOOKED = "BOOK"


@dataclass(slots=True)
class Transaction:
    """One part of an entry. ``end_to_end`` is a hint: senders repeat it or write NOTPROVIDED."""

    row: int
    end_to_end: str = ""
    reference: str = ""
    amount: Decimal | None = None
    currency: str = ""
    indicator: str = ""
    payer: str = ""
    remittance: str = ""


@dataclass(slots=True)
class Entry:
    """One line of the statement, with its sign from the indicator."""

    row: int
    amount: Decimal = Decimal(0)
    currency: str = ""
    indicator: str = "CRDT"
    reversal: bool = False
    status: str = ""
    booked_on: date | None = None
    reference: str = ""
    number: str = ""
    transactions: list[Transaction] = field(default_factory=list)

    @property
    def signed(self) -> Decimal:
        """Credit above, debit below zero."""
        return self.amount if self.indicator == "CRDT" else -self.amount


@dataclass(slots=True)
class Balance:
    """Opening (OPBD), closing (CLBD) or another balance."""

    code: str = ""
    amount: Decimal = Decimal(0)
    currency: str = ""
    indicator: str = "CRDT"

    @property
    def signed(self) -> Decimal:
        """Credit above, debit below zero."""
        return self.amount if self.indicator == "CRDT" else -self.amount


@dataclass(slots=True)
class Account:
    """What one statement says of one account."""

    id: str = ""
    account: str = ""
    balances: list[Balance] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


def read(data: bytes) -> list[Account]:
    """Every statement of the message. Raises CodecError for unsafe or broken XML, none of them, or a wrong balance."""
    found: list[Account] = []
    rows = 0
    for event in events(io.BytesIO(data)):
        place = next((i for i, name in enumerate(event.path) if name in STATEMENTS), None)
        if place is None:
            continue
        inside = event.path[place + 1 :]
        if isinstance(event, Opened):
            if not inside:
                found.append(Account())
            elif inside == ("Bal",):
                found[-1].balances.append(Balance())
            elif inside == ("Ntry",):
                found[-1].entries.append(Entry(0))
                rows += 1
            elif inside == ("Ntry", "NtryDtls", "TxDtls"):
                found[-1].entries[-1].transactions.append(Transaction(0))
                rows += 1
            if rows > ITEMS_MAX:
                raise refuse(Code.TOO_MANY_ROWS, expected=ITEMS_MAX)
        else:
            _note(found[-1], inside, event)
    if not found:
        raise refuse(Code.XML_KIND, expected="Stmt, Rpt, Ntfctn")
    for account in found:
        _check_balance(account)
    return found


def _note(account: Account, inside: tuple[str, ...], event: Closed) -> None:
    """Put the text of a finished element where it belongs."""
    text = event.text
    match inside:
        case ("Id",):
            account.id = text
        case ("Acct", "Id", "IBAN") | ("Acct", "Id", "Othr", "Id"):
            account.account = account.account or text
        case ("Bal", *rest):
            _note_balance(account.balances[-1], tuple(rest), event)
        case ("Ntry", "NtryDtls", "TxDtls", *rest):
            _note_transaction(account.entries[-1].transactions[-1], tuple(rest), event)
        case ("Ntry", *rest):
            _note_entry(account.entries[-1], tuple(rest), event)


def _note_balance(balance: Balance, inside: tuple[str, ...], event: Closed) -> None:
    match inside:
        case ("Tp", "CdOrPrtry", "Cd"):
            balance.code = event.text
        case ("Amt",):
            balance.amount, balance.currency = _amount(event), event.attributes.get("Ccy", "")
        case ("CdtDbtInd",):
            balance.indicator = event.text


def _note_entry(entry: Entry, inside: tuple[str, ...], event: Closed) -> None:
    match inside:
        case ():
            entry.row = event.row
        case ("Amt",):
            entry.amount, entry.currency = _amount(event), event.attributes.get("Ccy", "")
        case ("CdtDbtInd",):
            entry.indicator = event.text
        case ("RvslInd",):
            entry.reversal = event.text in ("true", "1")
        case ("Sts",) | ("Sts", "Cd"):
            entry.status = entry.status or event.text
        case ("BookgDt", "Dt" | "DtTm"):
            entry.booked_on = _day(event)
        case ("AcctSvcrRef",):
            entry.reference = event.text
        case ("NtryRef",):
            entry.number = event.text


def _note_transaction(part: Transaction, inside: tuple[str, ...], event: Closed) -> None:
    match inside:
        case ():
            part.row = event.row
        case ("Refs", "EndToEndId"):
            part.end_to_end = event.text
        case ("Refs", "AcctSvcrRef"):
            part.reference = event.text
        case ("Amt",) | ("AmtDtls", "TxAmt", "Amt") if part.amount is None:
            part.amount, part.currency = _amount(event), event.attributes.get("Ccy", "")
        case ("CdtDbtInd",):
            part.indicator = event.text
        case ("RltdPties", "Dbtr", "Nm") | ("RltdPties", "Dbtr", "Pty", "Nm"):
            part.payer = event.text
        case ("RmtInf", "Ustrd"):
            part.remittance = part.remittance or event.text


def _amount(event: Closed) -> Decimal:
    if not AMOUNT.fullmatch(event.text):
        raise refuse(Code.AMOUNT, row=event.row, field="Amt", value=event.text)
    return Decimal(event.text)


def _day(event: Closed) -> date:
    try:
        return date.fromisoformat(event.text[:10])
    except ValueError as error:
        raise refuse(Code.DATE, row=event.row, field="BookgDt", value=event.text) from error


def _check_balance(account: Account) -> None:
    """Opening and booked entries make the closing balance, where all speak of one currency."""
    opening = next((one for one in account.balances if one.code == "OPBD"), None)
    closing = next((one for one in account.balances if one.code == "CLBD"), None)
    booked = [entry for entry in account.entries if entry.status == BOOKED]
    if opening is None or closing is None:
        return
    if len({opening.currency, closing.currency, *(entry.currency for entry in booked)}) == 1:
        told = opening.signed + sum((entry.signed for entry in booked), Decimal(0))
        if told != closing.signed:
            raise refuse(Code.BALANCE, row=booked[-1].row if booked else None, value=told, expected=closing.signed)


def items(account: Account, currency: str = "CNY") -> Statement:
    """Booked entries as movements: a credit pays, a debit marked as reversal takes back, other debits are only noted.

    The serial is the bank's reference of the part, else of the entry and the part's place in it. Raises CodecError for
    an amount that is not whole fen, another currency, or parts that do not make their entry.
    """
    found: list[Item] = []
    notes: list[str] = []
    days = []
    for entry in account.entries:
        if entry.status != BOOKED or not entry.amount:
            continue
        if entry.currency != currency:
            raise refuse(Code.CURRENCY, row=entry.row, field="Amt", value=entry.currency, expected=currency)
        days.append(entry.booked_on)
        if entry.indicator == "DBIT" and not entry.reversal:
            notes.append(f"{entry.reference or entry.number}: {entry.signed}")
            continue
        found += _parts(entry)
    return Statement(max((day for day in days if day), default=None), found, account.account, notes)


def _parts(entry: Entry) -> Iterator[Item]:
    parts = entry.transactions or [Transaction(entry.row)]
    amounts = [entry.amount if part.amount is None and len(parts) == 1 else part.amount for part in parts]
    total = sum((amount for amount in amounts if amount is not None), Decimal(0))
    if total != entry.amount or None in amounts:
        raise refuse(Code.ITEM_SUM, row=entry.row, value=total, expected=entry.amount)
    at = datetime.combine(entry.booked_on, datetime.min.time()).astimezone() if entry.booked_on else None
    kind = Kind.REV if entry.indicator == "DBIT" else Kind.PAY
    name = entry.reference or f"{entry.booked_on}-{entry.number or entry.row}"
    for place, (part, amount) in enumerate(zip(parts, amounts, strict=True), 1):
        fen = minor(amount or Decimal(0), entry.row)
        if fen == 0:
            continue
        order = "" if part.end_to_end == "NOTPROVIDED" else part.end_to_end
        serial = part.reference or (f"{name}/{place}" if len(parts) > 1 else name)
        yield Item(
            row=entry.row, serial=serial[:64], kind=kind, amount_fen=fen, at=at, order=order[:64],
            payer=part.payer[:120], customer=part.remittance[:120], original=order[:64] if kind is Kind.REV else "",
        )  # fmt: skip


def minor(amount: Decimal, row: int | None = None) -> int:
    """Whole fen of an exact amount. Raises CodecError."""
    fen = amount * 100
    if fen != fen.to_integral_value() or abs(fen) > FEN_MAX:
        raise refuse(Code.AMOUNT_DECIMALS, row=row, field="Amt", value=amount)
    return int(fen)
