"""The shipped chart of accounts. A utility adds rows; codes used by actions are named here once."""

RECEIVABLE = "receivable"
PENALTY_RECEIVABLE = "penalty-receivable"
PREPAYMENT = "prepayment"
CASH = "cash"
BANK = "bank"
ONLINE = "online-clearing"
ENERGY_REVENUE = "energy-revenue"
FUNDS_PAYABLE = "funds-payable"
VAT_PAYABLE = "vat-payable"
PENALTY_INCOME = "penalty-income"
CASH_DIFFERENCE = "cash-difference"

SHIPPED = [
    # code, Chinese, English, kind, kept per customer
    (RECEIVABLE, "应收电费", "Receivables", "asset", True),
    (PENALTY_RECEIVABLE, "应收违约金", "Late penalties receivable", "asset", True),
    (PREPAYMENT, "预收电费", "Prepayments", "liability", True),
    (CASH, "库存现金", "Cash in tills", "asset", False),
    (BANK, "银行存款", "Bank", "asset", False),
    (ONLINE, "在途资金", "Online clearing", "asset", False),
    (ENERGY_REVENUE, "电费收入", "Energy revenue", "income", False),
    (FUNDS_PAYABLE, "应交政府性基金", "Government funds payable", "liability", False),
    (VAT_PAYABLE, "应交增值税", "Value-added tax payable", "liability", False),
    (PENALTY_INCOME, "违约金收入", "Late penalties", "income", False),
    (CASH_DIFFERENCE, "现金长短款", "Till differences", "expense", False),
]
