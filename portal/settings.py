"""Settings, driven by environment variables; `.env.example` lists them all.

Nothing here knows whether PostgreSQL and Redis are embedded or a cluster: `portal.embedded`
puts the same variables into the environment that a production machine would.
"""

import re
from datetime import UTC, date, datetime
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")
env = environ.Env()

T = TypeVar("T")


def read(name: str, cast: type[T], default: Any = environ.Env.NOTSET) -> T:
    """The environment variable `name` as a `cast`; names the variable when it can't be read."""
    try:
        return env.get_value(name, cast=cast, default=default)
    except ImproperlyConfigured:
        raise ImproperlyConfigured(f"{name} is not set. See .env.example.") from None
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} can't be used: {error}. See .env.example.") from None


def read_url(name: str, schemes: tuple[str, ...], default: Any = environ.Env.NOTSET) -> str:
    """A URL with one of `schemes` and a host. The message never shows the URL: it has passwords."""
    url = read(name, str, default)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in schemes and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or not parts.hostname:
        wanted = " or ".join(f"{scheme}://…" for scheme in schemes)
        raise ImproperlyConfigured(f"{name} must be a URL such as {wanted}. See .env.example.")
    return url


def read_mailbox(name: str) -> str:
    """A maildir of this machine or an IMAP folder, as a URL; empty where it is not set."""
    url = read(name, str, "")
    if url.startswith("maildir:///"):
        return url
    return url and read_url(name, ("imap+ssl", "imap+tls", "imap"))


def read_domains(name: str) -> frozenset[str]:
    """Names, and files that have one on each line ("/etc/…")."""
    domains: list[str] = []
    for entry in read(name, list, []):
        try:
            names = Path(entry).read_text().split() if entry.startswith("/") else [entry]
            domains += [punycode(name).lower() for name in names]
        except (OSError, UnicodeError) as error:
            raise ImproperlyConfigured(
                f"{name} can't be used: {error}. See .env.example."
            ) from None
    return frozenset(domains)


def read_provider(name: str, kind: str) -> dict[str, Any]:
    """A site that people may log in by, as django-allauth wants it; `kind` is its protocol."""
    if not re.fullmatch("[a-z][a-z0-9-]{,29}", name) or SOCIAL_PROVIDERS.count(name) > 1:
        raise ImproperlyConfigured(
            f"SOCIAL_PROVIDERS: {name!r} must be of a-z, 0-9 and -, and be there once."
        )
    prefix = f"SOCIAL_{name.upper().replace('-', '_')}"
    for part in ("CLIENT_ID", "SECRET"):
        if not read(f"{prefix}_{part}", str):
            raise ImproperlyConfigured(f"{prefix}_{part} is empty. See .env.example.")
    app: dict[str, Any] = {
        "name": read(f"{prefix}_NAME", str, _SOCIAL_NAMES.get(name, name.capitalize())),
        "client_id": read(f"{prefix}_CLIENT_ID", str),
        "secret": read(f"{prefix}_SECRET", str),
    }
    if kind == "github":
        return app
    url = read_url(f"{prefix}_URL", ("https", "http"), _SOCIAL_URLS.get(name, ""))
    if urlsplit(url).scheme == "http" and urlsplit(url).hostname not in _LOOPBACK:
        raise ImproperlyConfigured(f"{prefix}_URL must be https: it says who logs in.")
    return app | {"provider_id": name, "settings": {"server_url": url.rstrip("/")}}


def read_day(name: str) -> date | None:
    """A day such as 2026-11-05; None where it is not set."""
    text = read(name, str, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a day such as 2026-11-05.") from None


def read_networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks such as 10.1.0.0/16, separated by commas."""
    try:
        return [ip_network(network.strip()) for network in read(name, list, [])]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}. See .env.example.") from None


# The site

DEBUG = read("DEBUG", bool, False)
SECRET_KEY = read("SECRET_KEY", str)
SECRET_KEY_FALLBACKS = read("SECRET_KEY_FALLBACKS", list, [])
SITE_NAME = read("SITE_NAME", str, "Vestnik")
# Where links in mails, feeds and sitemaps lead; https here switches the https-only protections on.
SITE_URL = read_url("SITE_URL", ("https", "http"), "http://127.0.0.1:8000").rstrip("/")
_HOST = urlsplit(SITE_URL).hostname
_LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = read("ALLOWED_HOSTS", list, _LOOPBACK if _HOST in _LOOPBACK else [_HOST])
CONTACT_EMAIL = read("CONTACT_EMAIL", str, "editors@example.org")
# Feeds name it, and it is told what has changed in them.
WEBSUB_HUB = read("WEBSUB_HUB", str, "") and read_url("WEBSUB_HUB", ("https", "http"))

# Private networks in which feeds may be read; else only servers of the public internet are asked.
FEED_NETWORKS = read_networks("FEED_NETWORKS")

# Who translates articles where an editor asks for it: a server that speaks LibreTranslate's API.
TRANSLATOR_URL = read("TRANSLATOR_URL", str, "") and read_url("TRANSLATOR_URL", ("https", "http"))
TRANSLATOR_KEY = read("TRANSLATOR_KEY", str, "")

INSTALLED_APPS = [
    "portal",
    "comments",
    "subscriptions",
    "news",
    "portal.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.openid_connect",
    "django_filters",
    "django_htmx",
]

MIDDLEWARE = [
    "portal.middleware.name_request",
    "portal.middleware.answer_probes",
    "news.beacon.answer_beacons",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.page_cache.serve_cached_pages",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.refuse_unreadable_input",
    "portal.middleware.excuse_lost_redis",
    "portal.middleware.explain_limits",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.use_account_time_zone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.second_factor.require_second_factor",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.context_processors.site",
            ],
        },
    }
]

# Rows, cache, tasks

read_url("DATABASE_URL", ("postgresql", "postgres"))
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL"),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,  # a restarted PostgreSQL costs nobody an error page
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": read("DATABASE_POOL_SIZE", int, 4), "timeout": 10}
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = read_url("REDIS_URL", ("redis", "rediss"))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "vestnik",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
}

# How old the numbers on visitors' pages may be: views, comments, the list of discussions. What is
# published, edited or retracted shows at once. 0 makes every page anew.
PAGE_CACHE_SECONDS = read("PAGE_CACHE_SECONDS", int, 0 if DEBUG else 30)

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Redis hands a task of a killed worker out again after this long. Nothing depends on it: the truth
# is in rows, and the sweeps below find what was left undone.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 15 * 60}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 10 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# How many workers may send digests at the same time. One leaves the second process of a small
# worker to all the rest.
DIGEST_SENDERS = read("DIGEST_SENDERS", int, 1)
# How many digests may leave in a minute, in all and for each domain of recipients; 0: as many as
# the mail server takes.
DIGEST_PER_MINUTE = read("DIGEST_PER_MINUTE", int, 0)
DIGEST_DOMAIN_PER_MINUTE = read("DIGEST_DOMAIN_PER_MINUTE", int, 0)
# The first day of a new sending domain. From then on so many a day, then twice as many each day.
DIGEST_WARM_UP_SINCE = read_day("DIGEST_WARM_UP_SINCE")
DIGEST_WARM_UP_FIRST = read("DIGEST_WARM_UP_FIRST", int, 500)
# Where nobody gets a digest: domains whose mailboxes are thrown away, with all below them.
REFUSED_MAIL_DOMAINS = read_domains("REFUSED_MAIL_DOMAINS")
# Who is told by mail what is wrong with the digest, besides the staff who may steer it.
ALARMS_TO = read("ALARMS_TO", list, [])
# With which key the mail server signs, and whom to ask instead of the machine's resolver: both only
# for the check of the sender.
DKIM_SELECTOR = read("DKIM_SELECTOR", str, "")
DNS_SERVER = read("DNS_SERVER", str, "")
# The mailbox in which digests come back that could not be delivered, and complaints.
BOUNCES_URL = read_mailbox("BOUNCES_URL")
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "celery"
# The worker takes from its queues in turn: what is slow and comes in crowds waits apart, so that a
# mail which somebody is waiting for never stands behind it.
CELERY_TASK_ROUTES = {
    "subscriptions.tasks.send_edition": {"queue": "digest"},
    "news.tasks.make_renditions": {"queue": "pictures"},
    "news.tasks.poll_feed": {"queue": "feeds"},
    "news.tasks.translate": {"queue": "feeds"},
}
# Plain intervals only: who is due is a query, so a late or doubled tick is harmless. A tick that
# waited longer than its interval is worthless, hence `expires`. Beat keeps no file of when it did
# what, which a kill could damage: all is due when it starts.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
CELERY_BEAT_SCHEDULE = {
    name: {
        "task": task,
        "schedule": seconds,
        "last_run_at": _LONG_AGO,
        "options": {"expires": seconds},
    }
    for name, task, seconds in [
        ("heartbeat", "portal.tasks.beat_heart", 10.0),
        ("clear expired sessions", "portal.tasks.clear_sessions", 3600.0),
        ("send letters still owed", "portal.tasks.sweep_letters", 30.0),
        ("delete accounts still to be deleted", "portal.tasks.sweep_deletions", 60.0),
        ("make lost renditions", "news.tasks.make_lost_renditions", 60.0),
        ("publish scheduled articles", "news.tasks.publish_due", 15.0),
        ("forget old working copies", "news.tasks.forget_old_working_copies", 3600.0),
        ("forget old preview links", "news.tasks.forget_old_previews", 3600.0),
        ("tell readers of their responses", "news.tasks.tell_of_responses", 60.0),
        ("flush views", "news.tasks.flush_views", 10.0),
        ("read incoming feeds", "news.tasks.poll_feeds", 60.0),
        *(
            [("translate what was lost", "news.tasks.translate_lost", 60.0)]
            if TRANSLATOR_URL
            else []
        ),
        *([("tell the hub of the feeds", "news.tasks.tell_hub", 15.0)] if WEBSUB_HUB else []),
        ("forget old drafts", "comments.tasks.forget_old_drafts", 3600.0),
        ("forget old fingerprints", "comments.tasks.forget_old_fingerprints", 3600.0),
        ("forget old notifications", "comments.tasks.forget_old_notifications", 3600.0),
        ("forget old visits", "comments.tasks.forget_old_visits", 3600.0),
        ("announce new comments", "comments.tasks.announce_comments", 15.0),
        ("tell readers of comments", "comments.tasks.send_letters", 60.0),
        ("plan and send digests", "subscriptions.tasks.tick", 30.0),
        *([("read bounces", "subscriptions.tasks.read_bounces", 300.0)] if BOUNCES_URL else []),
        ("go on with imports of subscribers", "subscriptions.tasks.sweep_imports", 30.0),
        ("tell authors of moderation", "comments.tasks.send_notices", 60.0),
        ("lift bans that are over", "comments.tasks.lift_bans", 60.0),
        ("count moderation by month", "comments.tasks.count_months", 600.0),
        ("check discussions at night", "comments.tasks.check_discussions", 600.0),
    ]
}

# People

AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["portal.accounts.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "news:front_page"
ACCOUNT_LOGOUT_REDIRECT_URL = "news:front_page"
ACCOUNT_ADAPTER = "portal.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "portal.forms.SignupForm",
    "add_email": "portal.forms.NewAddressForm",
    "change_password": "portal.forms.ChangePasswordForm",
    "reset_password_from_key": "portal.forms.NewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
MFA_ADAPTER = "portal.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # half a minute: clocks of phones go wrong
MFA_FORMS = {"add_webauthn": "portal.forms.AddPasskeyForm"}
# By which other sites people may log in: GitHub, or any that speaks OpenID Connect, as Google does.
# The tables are there in any case, so that none is left over when a site is switched off.
SOCIAL_PROVIDERS = read("SOCIAL_PROVIDERS", list, [])
_SOCIAL_NAMES = {"github": "GitHub"}
_SOCIAL_URLS = {"google": "https://accounts.google.com"}
SOCIALACCOUNT_PROVIDERS = {
    kind: {
        "provider_class": f"portal.social.{ours}",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            read_provider(name, kind)
            for name in SOCIAL_PROVIDERS
            if (name == "github") == (kind == "github")
        ],
    }
    for kind, ours in (("github", "GitHub"), ("openid_connect", "OpenIDConnect"))
}
SOCIALACCOUNT_ADAPTER = "portal.social.SocialAccountAdapter"
SOCIALACCOUNT_FORMS = {"signup": "portal.forms.SocialSignupForm"}
SOCIALACCOUNT_AUTO_SIGNUP = False  # readers choose their name
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an address opens no account that was there before
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
# How many proxies of our own stand before the web server: their entries of X-Forwarded-For are
# trusted, a visitor's are not.
ALLAUTH_TRUSTED_PROXY_COUNT = read("TRUSTED_PROXY_COUNT", int, 0)

# Civility

# How many first comments of an account wait for a moderator, and after how many that stand its
# links don't any more. 0 trusts everybody from the start.
FIRST_COMMENTS_HELD = read("FIRST_COMMENTS_HELD", int, 2)
COMMENTS_UNTIL_TRUSTED = read("COMMENTS_UNTIL_TRUSTED", int, 10)
# How many reports by readers in good standing hide a comment until a moderator has looked at it.
REPORTS_TO_HOLD = read("REPORTS_TO_HOLD", int, 3)

# Languages and time

LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LANGUAGE_CODE = "en"
# The second holds our words for what django-allauth says.
LOCALE_PATHS = [BASE_DIR / "portal" / "locale", BASE_DIR / "portal" / "locale_allauth"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = read("TIME_ZONE", str, "UTC")
if TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(
        f"TIME_ZONE must be an IANA name such as Europe/Riga, not {TIME_ZONE!r}."
    )

# Mail

read_url("EMAIL_URL", ("smtp", "smtp+tls", "smtp+ssl"), "smtp://127.0.0.1:25")
vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25"))
# A provider's API instead of SMTP, by django-anymail: its name there, and what it wants to know as
# variables of the environment (ANYMAIL_MAILGUN_API_KEY=…).
EMAIL_PROVIDER = read("EMAIL_PROVIDER", str, "")
if EMAIL_PROVIDER:
    if find_spec("anymail") is None or find_spec(f"anymail.backends.{EMAIL_PROVIDER}") is None:
        raise ImproperlyConfigured(
            f"EMAIL_PROVIDER={EMAIL_PROVIDER} needs the packages of requirements-anymail.txt, and "
            "must be a backend of django-anymail such as mailgun."
        )
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
    ANYMAIL = {
        name.removeprefix("ANYMAIL_"): value
        for name, value in env.ENVIRON.items()
        if name.startswith("ANYMAIL_")
    }
# Seconds to wait for an answer. A digest's sender that is silent for six times as long is dead.
EMAIL_TIMEOUT = read("EMAIL_TIMEOUT", int, 20)
if EMAIL_PROVIDER:
    ANYMAIL["REQUESTS_TIMEOUT"] = EMAIL_TIMEOUT
DEFAULT_FROM_EMAIL = read("DEFAULT_FROM_EMAIL", str, f"{SITE_NAME} <news@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Files

# The web process hands out static files and pictures itself, as they lie in the source; else
# `collectstatic` gathers them, and nginx or a store hands out pictures.
SERVE_FILES = read("SERVE_FILES", bool, DEBUG)
WHITENOISE_USE_FINDERS = SERVE_FILES
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(read("MEDIA_ROOT", str, str(BASE_DIR / "var" / "media")))
S3_BUCKET = read("S3_BUCKET", str, "")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if SERVE_FILES
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if S3_BUCKET:
    if find_spec("storages") is None:
        raise ImproperlyConfigured("S3_BUCKET needs the packages of requirements-s3.txt.")
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": read("S3_ENDPOINT_URL", str, None),
            "region_name": read("S3_REGION", str, None),
            "access_key": read("S3_ACCESS_KEY", str, None),
            "secret_key": read("S3_SECRET_KEY", str, None),
            "custom_domain": read("S3_PUBLIC_HOST", str, None),
            "querystring_auth": False,
            "file_overwrite": False,
        },
    }
# More than two bodies of the longest in Cyrillic (news.forms), so that the field says what is too
# long; a proxy may allow less.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Protection

HTTPS = SITE_URL.startswith("https:")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# Whether everybody who works here has to show more than a password (portal.second_factor). By
# default where the site is served by https, as it is in production.
STAFF_SECOND_FACTOR = read("STAFF_SECOND_FACTOR", bool, HTTPS)
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
_MEDIA_HOST = [f"https://{env('S3_PUBLIC_HOST')}"] if S3_BUCKET and "S3_PUBLIC_HOST" in env else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, SELF],
        "style-src": [NONCE, SELF],
        "img-src": [SELF, "data:", *_MEDIA_HOST],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# Logs

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "portal.middleware.RequestNameFilter"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)-7s %(name)s [%(request_id)s] %(message)s"}
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": read("LOG_LEVEL", str, "INFO").upper()},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # A line for every tick, every few seconds, would bury what matters.
        **{
            name: {"level": "WARNING"}
            for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace", "pymorphy3")
        },
    },
}
