from django.apps import AppConfig


class PrepayConfig(AppConfig):
    name = "gridhall.cis.prepay"
    label = "prepay"

    def ready(self) -> None:
        from gridhall.cis.prepay import jobs, settling  # noqa: F401  registers the job handlers, listens to the books
