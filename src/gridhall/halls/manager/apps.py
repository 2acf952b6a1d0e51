from django.apps import AppConfig


class ManagerHallConfig(AppConfig):
    name = "gridhall.halls.manager"
    label = "manager_hall"

    def ready(self) -> None:
        from gridhall.halls.manager import jobs  # noqa: F401  registers the handler
