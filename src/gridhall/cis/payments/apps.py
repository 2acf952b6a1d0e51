from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "gridhall.cis.payments"
    label = "payments"
