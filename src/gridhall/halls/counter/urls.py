"""Addresses of the counter hall, under /counter/."""

from django.urls import path

from gridhall.halls.counter.pages import (
    advice,
    case,
    collections,
    customer,
    desk,
    others,
    pay,
    prepay,
    prints,
    receipt,
    search,
    shift,
    statement,
)

urlpatterns = [
    path("", desk.desk, name="counter-desk"),
    path("customers/", search.search, name="counter-search"),
    path("customers/<uuid:public_id>/", customer.customer, name="counter-customer"),
    path("customers/<uuid:public_id>/phone/", customer.phone, name="counter-phone"),
    path("customers/<uuid:public_id>/pay/", pay.pay, name="counter-pay"),
    path("customers/<uuid:public_id>/prepay/", prepay.prepay, name="counter-prepay"),
    path("customers/<uuid:public_id>/plans/", advice.plans, name="counter-advice"),
    path("customers/<uuid:public_id>/plans/change/", advice.change, name="counter-plan-change"),
    path("customers/<uuid:public_id>/debts/", collections.collections, name="counter-collections"),
    path("customers/<uuid:public_id>/other-bills/", others.others, name="counter-others"),
    path("customers/<uuid:public_id>/other-bills/new/", others.new, name="counter-other-new"),
    path("other-bills/<uuid:public_id>/", others.other, name="counter-other"),
    path("customers/<uuid:public_id>/statement/", statement.statement, name="counter-statement"),
    path("customers/<uuid:public_id>/statement/pdf/", prints.statement_pdf, name="counter-statement-pdf"),
    path("payments/<uuid:public_id>/", receipt.receipt, name="counter-receipt"),
    path("payments/<uuid:public_id>/token/", receipt.token, name="counter-token"),
    path("payments/<uuid:public_id>/token/void/", receipt.void, name="counter-token-void"),
    path("payments/<uuid:public_id>/pdf/", prints.receipt_pdf, name="counter-receipt-pdf"),
    path("payments/<uuid:public_id>/reverse/", receipt.reverse_payment, name="counter-reverse"),
    path("bills/<uuid:public_id>/pdf/", prints.bill_pdf, name="counter-bill-pdf"),
    path("cases/<uuid:public_id>/", case.case, name="counter-case"),
    path("cases/<uuid:public_id>/pdf/", case.pdf, name="counter-case-pdf"),
    path("shifts/open/", shift.open_, name="counter-shift-open"),
    path("shifts/<uuid:public_id>/", shift.shift, name="counter-shift"),
]
