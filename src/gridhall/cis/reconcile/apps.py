from django.apps import AppConfig


class ReconcileConfig(AppConfig):
    name = "gridhall.cis.reconcile"
    label = "reconcile"

    def ready(self) -> None:
        from gridhall.cis.reconcile import jobs  # noqa: F401 - registers the handler of statements
