from django.apps import AppConfig


class ParallelConfig(AppConfig):
    name = "gridhall.cis.parallel"
    label = "parallel"

    def ready(self) -> None:
        from gridhall.cis.parallel import jobs  # noqa: F401 - registers the handlers
