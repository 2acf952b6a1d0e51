"""What else is printed for Ms Li: a receipt, a letter and a statement."""

from gridhall.platform.documents.schema import (
    Amount,
    Fact,
    InvoiceDocument,
    LetterDocument,
    ReceiptDocument,
    StatementDocument,
    StatementRow,
    Words,
)
from tests.platform.documents.samples.common import LI, UTILITY, hash_of
from tests.platform.documents.samples.home import MS_LI

RECEIPT = ReceiptDocument(
    number="R20261112-000045",
    issued_at="2026-11-12T09:41:30+08:00",
    content_sha256=hash_of("receipt"),
    utility=UTILITY,
    account=LI,
    received_at="2026-11-12T09:41:00+08:00",
    channel=Words("营业厅柜台 · 现金", "Service hall counter, cash"),
    amount="120.00",
    amount_in_words="壹佰贰拾元整",
    settles=(
        Amount(label=Words("2026年10月电费", "Bill of October 2026"), amount="115.67", on="2026-11-02"),
        Amount(label=Words("预收", "Kept as prepayment"), amount="4.33"),
    ),
    balance_after="-4.33",
    taken_by="吴 0032",
    reference="CT-77120045",
)

LETTER = LetterDocument(
    number="N20260702000000001",
    issued_at="2026-07-02T10:00:00+08:00",
    content_sha256=hash_of("notice"),
    utility=UTILITY,
    account=LI,
    title=Words("停电通知书", "Notice of disconnection"),
    paragraphs=(Words("请于七月九日前缴清电费。", "Please pay before 9 July."),),
    facts=(Fact(label=Words("欠费金额", "Overdue"), value="¥ 71.80"),),
    notes=(Words("恢复供电不收取任何费用。", "Switching the supply on again costs nothing."),),
)

INVOICE = InvoiceDocument(
    number="26332000000012345678",
    issued_at="2026-11-21T00:00:00+08:00",
    content_sha256=hash_of("invoice"),
    utility=UTILITY,
    account=LI,
    title=Words("蓝字发票", "Invoice"),
    gross_label=Words("价税合计（小写）", "Gross amount"),
    gross="1,315.60",
    gross_in_words="壹仟叁佰壹拾伍元陆角整",
    facts=(Fact(label=Words("购买方名称", "Buyer"), value="李秀英"),),
    columns=(Words("项目名称", "Item"), Words("税额", "Tax")),
    rows=(("*供电*电费", "151.35"),),
)

STATEMENT = StatementDocument(
    number="S2026-0000123",
    issued_at="2026-11-21T08:00:00+08:00",
    content_sha256=hash_of("statement"),
    utility=UTILITY,
    account=LI,
    period_first_day="2026-10-01",
    period_last_day="2026-11-20",
    opening_balance="98.40",
    closing_balance="-4.33",
    total_debit="125.67",
    total_credit="228.40",
    rows=(
        StatementRow(
            on="2026-10-12",
            what=Words("交费 手机", "Payment, phone"),
            credit="108.40",
            balance="-10.00",
            reference="PAY-9917",
        ),
        StatementRow(
            on="2026-11-02",
            what=Words("2026年10月电费", "Bill of October 2026"),
            debit="125.67",
            balance="115.67",
            reference=MS_LI.number,
        ),
        StatementRow(
            on="2026-11-12",
            what=Words("交费 柜台现金", "Payment, cash at the counter"),
            credit="120.00",
            balance="-4.33",
            reference=RECEIPT.number,
        ),
    ),
)
