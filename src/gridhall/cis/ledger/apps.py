from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "gridhall.cis.ledger"
    label = "ledger"
