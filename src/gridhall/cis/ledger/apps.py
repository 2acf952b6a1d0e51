from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    name = "gridhall.cis.ledger"
    label = "ledger"

    def ready(self) -> None:
        from gridhall.cis.ledger import chart

        post_migrate.connect(chart.sync, sender=self, dispatch_uid="ledger-chart")
