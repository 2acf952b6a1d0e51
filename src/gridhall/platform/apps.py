from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "gridhall.platform"
    label = "platform"

    def ready(self) -> None:
        from gridhall.platform import job_actions, notifications, orgs, outbox  # noqa: F401  registers verbs and handlers
