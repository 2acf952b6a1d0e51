"""Settings of the test run: those of the product, in a data folder of its own that goes away afterwards."""

import atexit
import os
import shutil
import tempfile

# Before the product's settings load, and whatever the caller's environment says: a test never touches real data.
os.environ["GRIDHALL_DATA"] = tempfile.mkdtemp(prefix="gridhall-test-")
os.mkdir(os.path.join(os.environ["GRIDHALL_DATA"], "static"))  # as ./run makes it
os.environ["GRIDHALL_DEMO"] = "1"
# Playwright's synchronous interface runs an event loop that Django's guard would take for ours.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
atexit.register(shutil.rmtree, os.environ["GRIDHALL_DATA"], ignore_errors=True)

from gridhall.settings import *  # noqa: E402, F403

# Real hashing costs 0.2 s a log-in; the strength of the product's own choice has its test in tests/platform.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
