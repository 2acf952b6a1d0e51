from django.apps import AppConfig


class PrepayConfig(AppConfig):
    name = "gridhall.cis.prepay"
    label = "prepay"

    def ready(self) -> None:
        from gridhall.cis.prepay import jobs, settling, taking_back  # noqa: F401  the jobs, and what it hears of money
