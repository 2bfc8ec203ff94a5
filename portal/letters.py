"""Letters about an account: to confirm an address, to log in, to tell what has changed.

A letter is a row until it has left, so that no request waits for the mail server, a lost task or a
dead server costs minutes, and an address with an account takes as long to answer as one without.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import translate_url
from django.utils import timezone, translation

from news import mail
from portal.models import Letter, User

logger = logging.getLogger(__name__)

_TRY_AGAIN_AFTER = timedelta(minutes=1)
# Nobody waits longer for a code, or the page that takes it has forgotten it.
_USEFUL_FOR = {"account/email/login_code": timedelta(minutes=15)}
_USEFUL_FOR_A_DAY = timedelta(days=1)


def owe(name: str, email: str, context: dict[str, Any]) -> Letter:
    """Write the letter that the templates `name`_subject.txt and `name`_message.txt make.

    In the language and the hours of `context["user"]`, or the page's for somebody unknown. A
    `link` in the context is given by any address of ours; the letter has the site's own.
    """
    user: User | None = context.get("user")
    language = user.language if user else translation.get_language() or settings.LANGUAGE_CODE
    context = _completed(context, email, language)
    with translation.override(language), timezone.override(user.zone if user else None):
        subject, text, html = _rendered(name, context)
    return Letter.objects.create(
        email=email,
        language=language,
        subject=subject,
        text=text,
        html=html,
        useful_until=timezone.now() + _USEFUL_FOR.get(name, _USEFUL_FOR_A_DAY),
    )


def send(letter_id: int) -> bool:
    """Send the letter, unless it has left already; False when mail fails for now."""
    with transaction.atomic():
        letter = Letter.objects.select_for_update(skip_locked=True).filter(pk=letter_id).first()
        if letter is None:
            return True
        try:
            _message(letter).send()
        except (SMTPException, OSError) as error:
            logger.warning("letter %s failed: %s", letter.pk, error)
            if not mail.is_final(error):
                return False
        letter.delete()
    return True


def sweep(now: datetime | None = None) -> None:
    """Send letters whose task was lost or whose mail failed, until mail fails again."""
    now = now or timezone.now()
    Letter.objects.filter(useful_until__lte=now).delete()
    owed = Letter.objects.filter(created_at__lte=now - _TRY_AGAIN_AFTER).order_by("pk")
    for pk in list(owed.values_list("pk", flat=True)[:100]):
        if not send(pk):
            break


def _completed(context: dict[str, Any], email: str, language: str) -> dict[str, Any]:
    link = context.get("link", "")
    return {
        **context,
        "link": settings.SITE_URL + translate_url(urlsplit(link).path, language) if link else "",
        "email": email,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
    }


def _rendered(name: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """(subject, text, HTML); one template gives the words of both."""
    subject = " ".join(render_to_string(f"{name}_subject.txt", context).split())
    context = {**context, "subject": subject}
    message = f"{name}_message.txt"
    text = render_to_string(message, {**context, "layout": "account/email/_letter.txt"})
    html = render_to_string(message, {**context, "layout": "account/email/_letter.html"})
    return subject, text.strip() + "\n", html


def _message(letter: Letter) -> EmailMultiAlternatives:
    written = mail.Letter(letter.subject, letter.text, letter.html)
    return mail.message(written, letter.email, letter.language)
