from django.apps import AppConfig


class AdviceConfig(AppConfig):
    name = "gridhall.cis.advice"
    label = "advice"

    def ready(self) -> None:
        from gridhall.cis.advice import jobs  # noqa: F401  registers the job handler
