"""Ledger accounts of money under way, of money nobody claims yet, and of what channels keep for themselves."""

SUSPENSE = "suspense"
CHANNEL_FEES = "channel-fees"

SHIPPED = [
    # code, Chinese, English, kind, kept per customer
    ("clearing-card", "在途资金－刷卡", "Clearing, cards", "asset", False),
    ("clearing-bank-counter", "在途资金－银行柜台", "Clearing, bank counters", "asset", False),
    ("clearing-bank-app", "在途资金－手机银行", "Clearing, bank apps", "asset", False),
    ("clearing-direct-debit", "在途资金－代扣托收", "Clearing, direct debit", "asset", False),
    ("clearing-alipay", "在途资金－支付宝", "Clearing, Alipay", "asset", False),
    ("clearing-wechat", "在途资金－微信支付", "Clearing, WeChat Pay", "asset", False),
    ("clearing-agent", "在途资金－代收点", "Clearing, agents", "asset", False),
    ("clearing-kiosk", "在途资金－自助终端", "Clearing, kiosks", "asset", False),
    (SUSPENSE, "待查款项", "Money nobody claims yet", "liability", False),
    (CHANNEL_FEES, "渠道手续费", "Channel fees", "expense", False),
]
