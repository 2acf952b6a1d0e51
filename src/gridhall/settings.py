"""Django settings: one file, every deployment difference an environment variable.

GRIDHALL_DATA          data folder (database, interval store, documents, messages); default ./data
GRIDHALL_DATABASE_URL  postgresql://user:password@host:port/name, or ?host=/folder of its socket; empty means SQLite
GRIDHALL_SECRET_KEY    signing key; made once in the data folder when absent
GRIDHALL_DEMO          1 = demo log-ins exist and the server binds to loopback only
GRIDHALL_HEAD_END      tcp://host:port of what drives the switches of meters; empty: orders wait
GRIDHALL_HOSTS         comma-separated host names served; default loopback
GRIDHALL_STS           JSON file of tables and vending keys for STS keypad meters; empty: no STS tokens
"""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

PACKAGE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("GRIDHALL_DATA", "data")).resolve()
DATA.mkdir(parents=True, exist_ok=True)
INTERVAL_STORE = DATA / "intervals"
DOCUMENT_STORE = DATA / "documents"
MESSAGE_FOLDER = DATA / "messages"

DEMO = os.environ.get("GRIDHALL_DEMO", "") == "1"
DEBUG = False
HEAD_END = os.environ.get("GRIDHALL_HEAD_END", "")
STS_FILE = os.environ.get("GRIDHALL_STS", "")
ALLOWED_HOSTS = os.environ.get("GRIDHALL_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")


def _secret_key() -> str:
    key = os.environ.get("GRIDHALL_SECRET_KEY")
    if key:
        if len(key) < 32:
            raise SystemExit("GRIDHALL_SECRET_KEY is too short; use at least 32 random characters")
        return key
    file = DATA / "secret-key"
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_urlsafe(48))
    return file.read_text().strip()


SECRET_KEY = _secret_key()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "gridhall.platform",
    "gridhall.readings",
    "gridhall.cis.network",
    "gridhall.cis.customers",
    "gridhall.cis.metering",
    "gridhall.cis.tariffs",
    "gridhall.cis.ledger",
    "gridhall.cis.billing",
    "gridhall.cis.parallel",
    "gridhall.cis.studio",
    "gridhall.cis.whatif",
    "gridhall.cis.advice",
    "gridhall.cis.payments",
    "gridhall.cis.collections",
    "gridhall.cis.prepay",
    "gridhall.cis.books",
    "gridhall.cis.cases",
    "gridhall.cis.invoices",
    "gridhall.cis.channels",
    "gridhall.cis.reconcile",
    "gridhall.halls",
    "gridhall.halls.customer",
    "gridhall.halls.counter",
    "gridhall.halls.office",
    "gridhall.halls.collections",
    "gridhall.halls.manager",
    "gridhall.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "gridhall.platform.web.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gridhall.platform.web.actor.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "gridhall.urls"
WSGI_APPLICATION = "gridhall.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gridhall.halls.context.hall",
            ],
        },
    }
]


def _database() -> dict[str, object]:
    url = os.environ.get("GRIDHALL_DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "gridhall.sqlite3",
            # IMMEDIATE takes the write lock at BEGIN: else concurrent read-then-write transactions fail as locked.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; "
                    "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise SystemExit("GRIDHALL_DATABASE_URL must start with postgresql://")
    return {
        "ENGINE": "gridhall.platform.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parse_qs(parts.query).get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        # Prepared are look-ups by key and insertions only: no value changes how they are best done.
        "OPTIONS": {"options": "-c plan_cache_mode=force_generic_plan"},
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "platform.User"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
# Plain manifest storage: compressing at set-up costs many CPU seconds and belongs to the production image.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "gridhall.halls.pages.faults.stale_form"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get("GRIDHALL_TLS", "") == "1":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_HSTS_SECONDS, SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
