from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "gridhall.cis.billing"
    label = "billing"

    def ready(self) -> None:
        from gridhall.cis.billing import jobs  # noqa: F401  registers the job handler
