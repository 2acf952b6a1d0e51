from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "gridhall.cis.customers"
    label = "customers"
