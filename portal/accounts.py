"""How django-allauth behaves here, where its settings do not reach."""

import logging
from email.utils import make_msgid
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.models import User

logger = logging.getLogger(__name__)

_REGISTERED_AT = "registered_at"


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """A new reader keeps the language they signed up in."""
        user.language = (get_language() or settings.LANGUAGE_CODE)[:2]
        request.session[_REGISTERED_AT] = get_next_redirect_url(request)
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
            _REGISTERED_AT, None
        ) or super().get_email_verification_redirect_url(email_address)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """When mail can't be sent, the page says so: asking again later is all it takes."""
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError):
            logger.exception("mail %s was not sent", template_prefix)
            words = _("We could not send you a letter just now. Please ask for it again later.")
            messages.error(self.request, words)

    def render_mail(
        self,
        template_prefix: str,
        email: str,
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        message_id = make_msgid(domain=urlsplit(settings.SITE_URL).hostname)
        own = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
        return super().render_mail(template_prefix, email, context, own | (headers or {}))

    def get_from_email(self) -> str:
        return settings.DEFAULT_FROM_EMAIL
