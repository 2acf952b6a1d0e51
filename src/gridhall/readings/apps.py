from django.apps import AppConfig


class ReadingsConfig(AppConfig):
    name = "gridhall.readings"
    label = "readings"

    def ready(self) -> None:
        from gridhall.readings import jobs  # noqa: F401  registers the job handlers
