"""The site: its name and address, its languages and its time."""

from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from .environment import BASE_DIR, read, read_url

DEBUG = read("DEBUG", bool, False)
SECRET_KEY = read("SECRET_KEY", str)
SECRET_KEY_FALLBACKS = read("SECRET_KEY_FALLBACKS", list, [])
SITE_NAME = read("SITE_NAME", str, "Vestnik")
# Where links in mails, feeds and sitemaps lead; https here switches the https-only protections on.
SITE_URL = read_url("SITE_URL", ("https", "http"), "http://127.0.0.1:8000").rstrip("/")
_HOST = urlsplit(SITE_URL).hostname
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = read("ALLOWED_HOSTS", list, LOOPBACK if _HOST in LOOPBACK else [_HOST])
CONTACT_EMAIL = read("CONTACT_EMAIL", str, "editors@example.org")

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
