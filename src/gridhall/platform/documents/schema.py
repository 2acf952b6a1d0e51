"""The data a printed document is made of: the contract between billing and the templates.

Every number arrives as the text that is to be printed: money "1,315.60" or "-40.00" (no sign of currency), unit prices
with up to eight decimals "0.57000000", energy "231" or "231.45". Templates compute nothing but layout, so what was
stored is what is printed. Dates are ISO 8601 and printed in the reader's language. `Words` carry both languages, so one
stored document prints in either and its content hash does not depend on the language.

Empty tuples and `None` leave their block out.
"""

from typing import Annotated, Literal

import msgspec

Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
"""A civil day, "2026-11-21"."""

Moment = Annotated[
    str, msgspec.Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T\d{2}:\d{2}(:\d{2})?([+-]\d{2}:\d{2}|Z)$")
]
"""A moment with its offset, "2026-11-21T09:30:00+08:00"."""

Month = Annotated[str, msgspec.Meta(pattern=r"^\d{4}(0[1-9]|1[0-2])$")]
"""A billing month, "202611"."""

Number = Annotated[str, msgspec.Meta(pattern=r"^[!-~]{1,40}$")]
"""Number of a document, printable ASCII without blanks: it goes into the check code."""

Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
"""Hash of the stored facts of the document, 64 lower-case hexadecimal digits."""

Figure = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
"""A number as it is to be printed."""

Percent = Annotated[str, msgspec.Meta(pattern=r"^-?\d{1,6}(\.\d{1,4})?$")]
"""A percentage without its sign, "62.3"; also sets the width of a bar."""

TouPeriod = Literal["total", "sharp", "peak", "flat", "valley", "deep"]


class _Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Common settings: immutable, by keyword, and a misspelt field is an error."""


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One piece of text in both languages: `Words("正向有功总", "Active energy, total")`."""

    zh: str
    en: str


class Utility(_Record, frozen=True, kw_only=True):
    """Who issues the document."""

    name: Words
    address: Words | None = None
    hotline: str = "95598"
    tax_number: str | None = None
    website: str | None = None


class Fact(_Record, frozen=True, kw_only=True):
    """A labelled value in a list of facts, such as the supply voltage of an account."""

    label: Words
    value: Words | str


class Account(_Record, frozen=True, kw_only=True):
    """Whom and what the document is about. `facts` are further lines: voltage, contract capacity, metering mode."""

    number: str
    name: str
    service_address: str
    use_class: Words | None = None
    facts: tuple[Fact, ...] = ()


class Share(_Record, frozen=True, kw_only=True):
    """One part of the composition bar. A negative share is listed but takes no width."""

    label: Words
    amount: Figure
    share_percent: Percent


class TouShare(_Record, frozen=True, kw_only=True):
    """Energy of one time-of-use period."""

    period: TouPeriod
    energy_kwh: Figure
    share_percent: Percent


class MonthEnergy(_Record, frozen=True, kw_only=True):
    """One bar of the history chart. `energy_wh` sets the height, `energy_kwh` is printed above it."""

    month: Month
    energy_kwh: Figure
    energy_wh: int


class Tier(_Record, frozen=True, kw_only=True):
    """One tier of the year's gauge. `upto_kwh` is None for the last; `filled_percent` is how much of it is used up."""

    label: Words
    upto_kwh: Figure | None
    price: Figure
    filled_percent: Percent


class TierGauge(_Record, frozen=True, kw_only=True):
    """Where the account stands in the tiers; `finding` says it in one sentence."""

    finding: Words
    tiers: Annotated[tuple[Tier, ...], msgspec.Meta(max_length=6)] = ()


class RegisterRow(_Record, frozen=True, kw_only=True):
    """One register of a meter over the period: last and this reading, multiplier, metered, adjustments, billed.

    `transformer_loss`, `line_loss`: their columns are printed when any row of the meter has one.
    `remark` says what is unusual: estimated, meter exchanged, rolled over.
    """

    kind: Words
    last_reading: Figure
    this_reading: Figure
    multiplier: Figure
    metered: Figure
    billed: Figure
    adjustment: Figure | None = None
    transformer_loss: Figure | None = None
    line_loss: Figure | None = None
    unit: str = "kWh"
    remark: Words | None = None


class Meter(_Record, frozen=True, kw_only=True):
    """The registers of one meter at one metering point."""

    point_number: str
    asset_number: str
    rows: tuple[RegisterRow, ...]
    label: Words | None = None


class ChargeRow(_Record, frozen=True, kw_only=True):
    """One line of the bill. `band` is its period or tier, `clause` the tariff clause it rests on."""

    item: Words
    amount: Figure
    band: Words | None = None
    quantity: Figure | None = None
    unit: str = "kWh"
    unit_price: Figure | None = None
    clause: Words | str | None = None


class ChargeGroup(_Record, frozen=True, kw_only=True):
    """Charge rows under one heading (energy charge, demand charge, adjustment) with their subtotal."""

    title: Words
    rows: tuple[ChargeRow, ...]
    subtotal: Figure


class DemandBlock(_Record, frozen=True, kw_only=True):
    """How the capacity or demand charge came about, kW or kVA. `way` names the way of charging."""

    way: Words
    measured: Figure | None
    billed: Figure
    unit_price: Figure
    amount: Figure
    unit: str = "kW"
    contracted: Figure | None = None
    measured_at: Moment | None = None
    explanation: Words | None = None


class PowerFactorBlock(_Record, frozen=True, kw_only=True):
    """How the power-factor adjustment came about. `percent` carries its sign; a negative `amount` is a reduction."""

    active_kwh: Figure
    reactive_kvarh: Figure
    power_factor: Figure
    standard: Figure
    percent: Percent
    base_amount: Figure
    amount: Figure


class Amount(_Record, frozen=True, kw_only=True):
    """A labelled amount: an of-which component, a payment, a balance brought forward."""

    label: Words
    amount: Figure
    on: Day | None = None


class BillDocument(_Record, frozen=True, kw_only=True):
    """One bill.

    `amount` is the sum of this bill's charges; `amount_due` what is to be paid after `movements`: balance brought
    forward, payments and whatever else stands between the two. `period_last_day` is the last day billed, inclusive.
    `kind` "reversal" and "rebill" name the other bill in `refers_to` and say why in `reason`.
    `finding` is one sentence above the history chart.
    """

    number: Number
    issued_at: Moment
    content_sha256: Sha256
    utility: Utility
    account: Account
    month: Month
    period_first_day: Day
    period_last_day: Day
    energy_kwh: Figure
    amount: Figure
    amount_due: Figure
    charges: tuple[ChargeGroup, ...]
    kind: Literal["bill", "reversal", "rebill"] = "bill"
    refers_to: Number | None = None
    reason: Words | None = None
    due_on: Day | None = None
    currency_sign: str = "¥"
    average_price: Figure | None = None
    vat_amount: Figure | None = None
    vat_percent: Percent | None = None
    composition: tuple[Share, ...] = ()
    tou: tuple[TouShare, ...] = ()
    history: Annotated[tuple[MonthEnergy, ...], msgspec.Meta(max_length=13)] = ()
    finding: Words | None = None
    tier_gauge: TierGauge | None = None
    meters: tuple[Meter, ...] = ()
    demand: DemandBlock | None = None
    power_factor: PowerFactorBlock | None = None
    of_which: tuple[Amount, ...] = ()
    movements: tuple[Amount, ...] = ()
    ways_to_pay: tuple[Words, ...] = ()
    notes: tuple[Words, ...] = ()

    def __post_init__(self) -> None:
        if self.kind != "bill" and not self.refers_to:
            raise ValueError(f"a {self.kind} needs `refers_to`, the number of the bill it corrects")


class ReceiptDocument(_Record, frozen=True, kw_only=True):
    """One receipt for money taken. `settles` lists what it paid; `amount_in_words` is the amount in capitals (大写)."""

    number: Number
    issued_at: Moment
    content_sha256: Sha256
    utility: Utility
    account: Account
    received_at: Moment
    channel: Words
    amount: Figure
    kind: Literal["receipt", "reversal"] = "receipt"
    refers_to: Number | None = None
    currency_sign: str = "¥"
    amount_in_words: str | None = None
    settles: tuple[Amount, ...] = ()
    balance_after: Figure | None = None
    taken_by: str | None = None
    reference: str | None = None
    notes: tuple[Words, ...] = ()

    def __post_init__(self) -> None:
        if self.kind != "receipt" and not self.refers_to:
            raise ValueError("a reversal needs `refers_to`, the number of the receipt it reverses")


class StatementRow(_Record, frozen=True, kw_only=True):
    """One movement on the account; exactly one of `debit` (owed) and `credit` (paid) is given."""

    on: Day
    what: Words
    balance: Figure
    reference: str = ""
    debit: Figure | None = None
    credit: Figure | None = None

    def __post_init__(self) -> None:
        if (self.debit is None) == (self.credit is None):
            raise ValueError("give either `debit` or `credit`")


class StatementDocument(_Record, frozen=True, kw_only=True):
    """A statement of account. A positive balance is owed by the customer, a negative one stands to their credit."""

    number: Number
    issued_at: Moment
    content_sha256: Sha256
    utility: Utility
    account: Account
    period_first_day: Day
    period_last_day: Day
    opening_balance: Figure
    closing_balance: Figure
    total_debit: Figure
    total_credit: Figure
    rows: tuple[StatementRow, ...]
    currency_sign: str = "¥"
    notes: tuple[Words, ...] = ()


class NoticeStep(_Record, frozen=True, kw_only=True):
    """One step of the way to an amount; a step that only says what is known has none."""

    what: Words
    part: Words
    clause: str = ""
    amount: Figure | None = None


class NoticeDocument(_Record, frozen=True, kw_only=True):
    """A notice of what was found or corrected, what it comes to step by step, and until when it is to be paid."""

    number: Number
    issued_at: Moment
    content_sha256: Sha256
    utility: Utility
    account: Account
    kind: Words
    amount: Figure
    found_on: Day
    steps: tuple[NoticeStep, ...]
    due_on: Day | None = None
    period_first_day: Day | None = None
    period_last_day: Day | None = None
    reason: str = ""
    evidence: tuple[str, ...] = ()
    withdrawn: str | None = None
    parts: tuple[Amount, ...] = ()
    ways_to_pay: tuple[Words, ...] = ()
    currency_sign: str = "¥"
    notes: tuple[Words, ...] = ()


class LetterDocument(_Record, frozen=True, kw_only=True):
    """A formal letter: what is said, the facts it names, and a line for the signature of who received it."""

    number: Number
    issued_at: Moment
    content_sha256: Sha256
    utility: Utility
    account: Account
    title: Words | str
    paragraphs: tuple[Words | str, ...]
    facts: tuple[Fact, ...] = ()
    notes: tuple[Words, ...] = ()


class InvoiceDocument(_Record, frozen=True, kw_only=True):
    """A tax invoice that has its number. What its fields and columns are called comes with it: the law names them."""

    number: Number
    issued_at: Moment
    content_sha256: Sha256
    utility: Utility
    account: Account
    title: Words
    gross_label: Words
    gross: Figure
    gross_in_words: str
    facts: tuple[Fact, ...]
    columns: tuple[Words, ...]
    rows: tuple[tuple[str, ...], ...]
    takes_back: Words | None = None
    currency_sign: str = "¥"
    notes: tuple[Words, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row needs a value for each column")


Document = BillDocument | ReceiptDocument | StatementDocument | NoticeDocument | LetterDocument | InvoiceDocument
