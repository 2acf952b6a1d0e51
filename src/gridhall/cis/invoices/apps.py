from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "gridhall.cis.invoices"
    label = "invoices"

    def ready(self) -> None:
        from gridhall.cis.invoices import jobs  # noqa: F401  registers the job handler
