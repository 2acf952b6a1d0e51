from django.apps import AppConfig


class CollectionsConfig(AppConfig):
    name = "gridhall.cis.collections"
    label = "collections"

    def ready(self) -> None:
        from gridhall.cis.collections import jobs, stopping  # noqa: F401 - the daily job, and the end of a paid debt
