"""Settings, from the environment alone. docs/operations.md lists the variables."""

from pathlib import Path
from typing import Any

import pghistory

from tracker import backends, env, secrets

BASE_DIR = Path(__file__).resolve().parent.parent
TRACKER_HOME = Path(env.text("TRACKER_HOME", str(BASE_DIR / "var"))).expanduser().absolute()

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY_IS_GENERATED = not env.text("SECRET_KEY")
SECRET_KEY = env.text("SECRET_KEY") or secrets.generated_key(TRACKER_HOME)
SITE_URL = env.base_url("SITE_URL", "http://localhost:8000/").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "sources",
    "claims",
    "tracker",
    "claims.apps.ReviewersDeskConfig",  # after our apps, so that our templates come first
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tracker.middleware.ContentSecurityPolicyMiddleware",
    "claims.api.middleware.APIMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tracker.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database, cache, e-mail
DATABASES = {"default": backends.database(TRACKER_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": backends.cache()}
globals().update(backends.email())

# History: every insert, update and delete, append-only, with who and where in the row itself.
PGHISTORY_APPEND_ONLY = True
PGHISTORY_DEFAULT_TRACKERS = (
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()

# Language and time
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

# Static files
STATIC_URL = "static/"
STATIC_ROOT = TRACKER_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "tracker.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = True  # so that pages are whole before collectstatic has run

# Who may do what, and what a browser is told
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SITE_URL.startswith("https://") else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")

# The API
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Claim-and-evidence tracker",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [],  # the API writes its enumerations itself
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# The public services that are asked for records
EUTILS_URL = env.base_url("EUTILS_URL", "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/")
IDCONV_URL = env.base_url(
    "IDCONV_URL", "https://pmc.ncbi.nlm.nih.gov/tools/idconv/api/v1/articles/"
)
CLINICALTRIALS_URL = env.base_url("CLINICALTRIALS_URL", "https://clinicaltrials.gov/api/v2/")
ISRCTN_URL = env.base_url("ISRCTN_URL", "https://www.isrctn.com/api/")
CROSSREF_URL = env.base_url("CROSSREF_URL", "https://api.crossref.org/")
NCBI_API_KEY = env.text("NCBI_API_KEY")
NCBI_EMAIL = env.text("NCBI_EMAIL")
NCBI_TOOL = env.text("NCBI_TOOL", "claim-tracker")
CROSSREF_MAILTO = env.text("CROSSREF_MAILTO", NCBI_EMAIL)
EUTILS_REQUESTS_PER_SECOND = env.number(
    "EUTILS_REQUESTS_PER_SECOND", 10 if NCBI_API_KEY else 3, least=0.01, most=100
)
# Every publication that a claim uses is asked about again after so many days, a part of them each round.
INTEGRITY_RECHECK_DAYS = env.number("INTEGRITY_RECHECK_DAYS", 7, least=0.01, most=3650)
RECHECK_ROUND_SECONDS = 600

# Celery. A task may run twice: a message is acknowledged after the work, and comes back when a worker dies.
CELERY_BROKER_URL = (
    env.url("CELERY_BROKER_URL", "", schemes=("amqp", "amqps", "redis", "rediss"))
    or "pgmq://localhost"
)
# A message taken and not acknowledged goes to another worker after this many seconds: more than the time limit
# times the messages a slot takes in advance. RabbitMQ notices a lost worker by itself.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {}
if not CELERY_BROKER_URL.startswith("amqp"):
    CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] = env.whole(
        "CELERY_VISIBILITY_TIMEOUT", 600, least=1
    )
if CELERY_BROKER_URL == "pgmq://localhost":
    CELERY_BROKER_TRANSPORT = "tracker.pgmq_transport:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "use_notify": True,
        "polling_interval": 1,
        "wait_time_seconds": 0,
    }
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 110
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_BEAT_SCHEDULER = "tracker.beat.Scheduler"
CELERY_BEAT_SCHEDULE = {
    "wake the fetchers": {"task": "sources.tasks.wake_fetchers", "schedule": 30.0},
    "recheck sources": {
        "task": "claims.tasks.recheck_sources",
        "schedule": float(RECHECK_ROUND_SECONDS),
    },
    "rederive verdicts": {"task": "claims.tasks.rederive_verdicts", "schedule": 300.0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}
