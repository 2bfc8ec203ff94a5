"""Mail: through which server or provider it leaves."""

from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured

from .environment import env, read, read_url
from .site import SITE_NAME

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
