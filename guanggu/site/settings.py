"""Settings of a guanggu server; everything that differs between servers comes from GUANGGU_*."""

from __future__ import annotations

from guanggu.site.discover import apps
from guanggu.site.environment import Environment, antivirus_mode, database_from_url

env = Environment.load()

BASE_DIR = env.root
DEBUG = False
PRODUCTION = env.is_production
SECRET_KEY = env.secret("GUANGGU_SECRET_KEY")
ALLOWED_HOSTS = env.list("GUANGGU_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.list("GUANGGU_ORIGINS", "")
GUANGGU_VERSION_STATIC = True

# Seeds and passphrases: hex from the environment, never from a file of the project.
GUANGGU_JOURNAL_KEY = env.secret("GUANGGU_JOURNAL_KEY")
GUANGGU_SEAL_KEY = env.secret("GUANGGU_SEAL_KEY")
GUANGGU_VAR = env.var
# Of the lake: ducklake:sqlite:… or ducklake:postgres:…, and the folder of its Parquet files.
GUANGGU_LAKE = env.text("GUANGGU_LAKE", "")
GUANGGU_LAKE_DATA = env.text("GUANGGU_LAKE_DATA", "")
# Where people reach the server: printed into every document's QR code.
GUANGGU_ADDRESS = env.text("GUANGGU_ADDRESS", "http://127.0.0.1:8000")
GUANGGU_FILES = env.path("GUANGGU_FILES", env.var / "files")
GUANGGU_KEYS = env.path("GUANGGU_KEYS", env.var / "keys")
GUANGGU_ROOTS_LOG = str(env.path("GUANGGU_ROOTS_LOG", env.var / "roots.log"))
GUANGGU_PROXIES = env.list("GUANGGU_PROXIES", "")  # whose X-Forwarded-For is believed
# Where notifications of subscriptions may go: host or host:port; none unless named.
GUANGGU_NOTIFY_HOSTS = env.list("GUANGGU_NOTIFY_HOSTS", "")
# Where the live pages' server listens ("off": nowhere), and where browsers reach it.
GUANGGU_LIVE_LISTEN = env.text("GUANGGU_LIVE_LISTEN", "127.0.0.1:9281")
GUANGGU_LIVE_ADDRESS = env.text("GUANGGU_LIVE_ADDRESS", "")
GUANGGU_METRICS_TOKEN = env.text("GUANGGU_METRICS_TOKEN", "")
# "required": nothing from outside is opened before it was scanned; "off" is said on every page.
GUANGGU_ANTIVIRUS = antivirus_mode(env)
GUANGGU_CLAMD = env.text("GUANGGU_CLAMD", "")  # unix:/path or tcp://host:port of one's own clamd
# Where copies go, their passphrase, and where points in time of SQLite are kept ("": nowhere).
GUANGGU_BACKUP = env.text("GUANGGU_BACKUP", str(env.var / "backup" / "repository"))
GUANGGU_BACKUP_KEY = env.text("GUANGGU_BACKUP_KEY", "") or (
    "" if PRODUCTION else env.secret("GUANGGU_BACKUP_KEY")
)
GUANGGU_LITESTREAM = env.text("GUANGGU_LITESTREAM", "")
GUANGGU_SAMPLE = env.flag("GUANGGU_SAMPLE") and not PRODUCTION

KERNELS = [
    "journal", "identity", "register", "feature", "document", "observation", "case", "lake",
    "indicator", "connector",
]  # fmt: skip

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *[f"guanggu.kernel.{name}" for name in KERNELS],
    "guanggu.web",
    *[app.module for app in apps()],
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "guanggu.site",
]

MIDDLEWARE = [
    "guanggu.web.observing.RequestNumberMiddleware",
    "guanggu.web.security.SecurityMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "guanggu.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "guanggu.web.authentication.middleware.SignInMiddleware",
    "guanggu.web.problems.ProblemMiddleware",
]
CSRF_FAILURE_VIEW = "guanggu.web.problems.csrf_failure"

ROOT_URLCONF = "guanggu.site.urls"
WSGI_APPLICATION = "guanggu.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guanggu.web.context.house",
            ],
        },
    }
]

DATABASES = {"default": database_from_url(env.text("GUANGGU_DATABASE", ""), env.var)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(env.var / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "guanggu.web.authentication.secret_hasher.LongSecretHasher",  # for OpenID clients only
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = env.var / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(GUANGGU_FILES)},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.flag("GUANGGU_COLLECTED")
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not env.flag("GUANGGU_COLLECTED")
WHITENOISE_AUTOREFRESH = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_AGE = 8 * 3600  # a working day
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 30

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"number": {"()": "guanggu.web.observing.RequestNumberFilter"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(request_id)s %(name)s %(message)s"}
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["number"], "formatter": "line"}
    },
    "root": {"handlers": ["console"], "level": env.text("GUANGGU_LOG", "INFO")},
}

from guanggu.site.sign_in_settings import *  # noqa: E402, F403
