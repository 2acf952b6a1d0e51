from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "gridhall.cis.billing"
    label = "billing"
