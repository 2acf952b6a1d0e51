"""The WSGI entry point that the server loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridhall.settings")
application = get_wsgi_application()

from gridhall.platform.threads import make_ready  # noqa: E402 - only now are the applications loaded

make_ready()
