"""Settings of a process that needs the platform only: it starts in a fifth of the time."""

from gridhall.settings import *  # noqa: F403

INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "gridhall.platform"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "tests.platform.light"
urlpatterns: list[object] = []
