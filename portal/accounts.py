"""How django-allauth behaves here, where its settings do not reach."""

from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend as BaseAuthenticationBackend
from allauth.account.utils import filter_users_by_email, get_next_redirect_url
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from comments import notifications
from portal import letters, tasks
from portal.models import User

REGISTERED_AT = "registered_at"
# Under which name allauth hands over what a letter's button opens.
_LINKS = ("activate_url", "password_reset_url", "signup_url")
# What readers are told about their account: the letter's subject and first sentence.
NOTICES = {
    "account/email/password_changed": gettext_lazy("Your password was changed"),
    "account/email/password_reset": gettext_lazy("Your password was changed"),
    "account/email/password_set": gettext_lazy("Your account has a password now"),
    "account/email/email_changed": gettext_lazy("Your e-mail address was changed"),
    "account/email/email_deleted": gettext_lazy("Your e-mail address stays as it was"),
    "mfa/email/totp_activated": gettext_lazy("Codes of an app were turned on"),
    "mfa/email/totp_deactivated": gettext_lazy("Codes of an app were turned off"),
    "mfa/email/webauthn_added": gettext_lazy("A passkey was added"),
    "mfa/email/webauthn_removed": gettext_lazy("A passkey was removed"),
    "mfa/email/recovery_codes_generated": gettext_lazy("New recovery codes were made"),
    "socialaccount/email/account_connected": gettext_lazy("A way to log in was added"),
    "socialaccount/email/account_disconnected": gettext_lazy("A way to log in was removed"),
}


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """A new reader keeps the language they signed up in."""
        user.language = (get_language() or settings.LANGUAGE_CODE)[:2]
        request.session[REGISTERED_AT] = get_next_redirect_url(request)
        return super().save_user(request, user, form, commit)

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Its rules (portal.names) and, unless `shallow`, that nobody has one like it."""
        for validator in User._meta.get_field("username").validators:
            validator(username)
        if not shallow and User.objects.named_like(username).exists():
            raise ValidationError(_("This name is taken, or looks like one that is."), "taken")
        return username

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Back to the article where they decided to register, if it is still the same browser."""
        return self.request.session.pop(
            REGISTERED_AT, None
        ) or super().get_email_verification_redirect_url(email_address)

    def is_safe_url(self, url: str) -> bool:
        """Refuses, too, what is no address at all ("http://[::1"), on which allauth's raises."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Whoever has the address is greeted by name, in their language, wherever they are."""
        context.setdefault("user", next(iter(filter_users_by_email(email)), None))
        context["link"] = next((context[name] for name in _LINKS if name in context), "")
        tasks.send_letter.delay_on_commit(letters.owe(template_prefix, email, context).pk)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """One letter for all that happens to an account; `NOTICES` has its words."""
        context = {
            **(context or {}),
            "user": user,
            "happened": NOTICES[template_prefix],
            "activate_url": reverse("usersessions_list"),
        }
        super().send_notification_mail("account/email/notice", user, context, email)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Without the Host header, or each spelling of it would have attempts of its own."""
        return str(credentials.get("email", credentials.get("username", "")).lower())


class AuthenticationBackend(BaseAuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        """With what waits for them to read, which every page says, in the same query."""
        user: User | None = notifications.with_unseen(User.objects.filter(pk=user_id)).first()
        return user if user and self.user_can_authenticate(user) else None


class SecondFactorAdapter(DefaultMFAAdapter):
    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """One passkey for the site under all its names, and for a first look at localhost."""
        own, asked = urlsplit(settings.SITE_URL).hostname or "", self.request.get_host()
        asked = asked.partition(":")[0]
        return {
            "id": own if f".{asked}".endswith(f".{own}") else asked,
            "name": settings.SITE_NAME,
        }

    def encrypt(self, text: str) -> str:
        """A copy of the database is not enough to make anybody's codes."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    """Keys made of SECRET_KEY and the earlier ones, which still open what they closed."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key_of(secret)) for secret in secrets])


def _key_of(secret: str) -> bytes:
    digest = salted_hmac("portal.accounts", "second factor", secret, algorithm="sha256").digest()
    return urlsafe_b64encode(digest)
