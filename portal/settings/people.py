"""People: their accounts, and how they log in."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from .environment import read, read_url
from .site import LOOPBACK, SITE_NAME

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


def _read_provider(name: str, kind: str) -> dict[str, Any]:
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
    if urlsplit(url).scheme == "http" and urlsplit(url).hostname not in LOOPBACK:
        raise ImproperlyConfigured(f"{prefix}_URL must be https: it says who logs in.")
    return app | {"provider_id": name, "settings": {"server_url": url.rstrip("/")}}


SOCIALACCOUNT_PROVIDERS = {
    kind: {
        "provider_class": f"portal.social.{ours}",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            _read_provider(name, kind)
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
