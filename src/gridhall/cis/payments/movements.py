"""The kinds of movement on an account, in words."""

from gridhall.platform.documents.schema import Words

KINDS = {
    "bill": Words("电费发行", "Bill"),
    "bill-reversal": Words("电费冲正", "Bill reversed"),
    "payment": Words("缴费", "Payment"),
    "payment-reversal": Words("缴费冲正", "Payment reversed"),
    "payment-refund": Words("缴费退款", "Payment refunded"),
    "payment-charge-back": Words("缴费被退回", "Payment charged back"),
    "penalty": Words("违约金", "Late penalty"),
    "back-bill": Words("追补电费", "Back-bill"),
    "back-bill-reversal": Words("追补电费冲正", "Back-bill reversed"),
    "breach-charge": Words("违约使用电费", "Charge for a breach"),
    "breach-charge-reversal": Words("违约使用电费冲正", "Charge for a breach reversed"),
    "adjustment": Words("电费调整", "Adjustment"),
    "adjustment-reversal": Words("电费调整冲正", "Adjustment reversed"),
    "refund": Words("退费", "Refund"),
    "refund-reversal": Words("退费冲正", "Refund taken back"),
    "credit-transfer": Words("预存转户", "Transfer of credit"),
    "credit-transfer-reversal": Words("预存转户冲正", "Transfer of credit reversed"),
    "credit-received": Words("预存转入", "Credit received"),
    "credit-received-reversal": Words("预存转入冲正", "Credit received reversed"),
    "penalty-reversal": Words("违约金冲正", "Late penalty reversed"),
    "settlement": Words("销账", "Settlement"),
    "settlement-undone": Words("销账撤销", "Settlement undone"),
    "shift-difference": Words("班次长短款", "Till difference"),
    "penalty-waiver": Words("违约金减免", "Late penalty waived"),
    "write-off": Words("欠费核销", "Written off"),
    "write-off-recovered": Words("核销收回", "Written-off debt recovered"),
    "arrival": Words("到账确认", "Money arrived"),
    "statement": Words("对账入账", "By a statement"),
    "give-back": Words("退还款项", "Given back"),
    "guarantee": Words("保证金", "Deposit or guarantee"),
}


def movement_words(kind: str) -> Words:
    """What to call a movement; an unknown kind stands as the books name it."""
    return KINDS.get(kind, Words(kind, kind))
