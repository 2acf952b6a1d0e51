"""Addresses of the customer hall, under /my/."""

from django.urls import path

from gridhall.halls.customer.pages import (
    account,
    advice,
    auto_pay,
    bill,
    bills,
    case,
    difficulties,
    home,
    invoice,
    line,
    others,
    pay,
    payments,
    prepay,
    usage,
)

urlpatterns = [
    path("", home.home, name="customer-home"),
    path("account/", account.switch, name="customer-account"),
    path("usage/", usage.usage, name="customer-usage"),
    path("usage/csv/", usage.download, name="customer-usage-csv"),
    path("bills/", bills.bills, name="customer-bills"),
    path("bills/<uuid:public_id>/", bill.bill, name="customer-bill"),
    path("bills/<uuid:public_id>/pdf/", bill.pdf, name="customer-bill-pdf"),
    path("bills/<uuid:public_id>/invoice/", invoice.invoice, name="customer-invoice"),
    path("invoices/<uuid:public_id>/pdf/", invoice.pdf, name="customer-invoice-pdf"),
    path("bills/<uuid:public_id>/lines/<int:seq>/", line.line, name="customer-line"),
    path("bills/<uuid:public_id>/lines/<int:seq>/<day:on>/", line.line_day, name="customer-line-day"),
    path("plans/", advice.plans, name="customer-advice"),
    path("cases/<uuid:public_id>/", case.case, name="customer-case"),
    path("cases/<uuid:public_id>/pdf/", case.pdf, name="customer-case-pdf"),
    path("other-bills/", others.others, name="customer-others"),
    path("other-bills/new/", others.new, name="customer-other-new"),
    path("other-bills/<uuid:public_id>/", others.other, name="customer-other"),
    path("pay/", pay.pay, name="customer-pay"),
    path("auto-pay/", auto_pay.auto_pay, name="customer-auto-pay"),
    path("difficulties/", difficulties.difficulties, name="customer-difficulties"),
    path("balance/", prepay.prepay, name="customer-prepay"),
    path("payments/", payments.payments, name="customer-payments"),
    path("payments/<uuid:public_id>/", payments.receipt, name="customer-receipt"),
    path("payments/<uuid:public_id>/pdf/", payments.receipt_pdf, name="customer-receipt-pdf"),
]
