from django.apps import AppConfig


class BooksConfig(AppConfig):
    name = "gridhall.cis.books"
    label = "books"

    def ready(self) -> None:
        from gridhall.cis.books import jobs  # noqa: F401  registers the job handlers
