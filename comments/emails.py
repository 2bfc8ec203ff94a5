"""The letters of this app, one function for each kind.

NAME_subject.txt, NAME.txt and NAME.html in templates/comments/email/ are one letter.
"""

import logging
from email.utils import make_msgid
from enum import Enum
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from comments.models import Appeal

if TYPE_CHECKING:
    from comments.notice_text import Section

logger = logging.getLogger(__name__)


class Sent(Enum):
    YES = "yes"
    LATER = "later"
    NEVER = "never"


def send(message: EmailMultiAlternatives) -> Sent:
    """Whether the mail server took it, may take it later, or never will for this address."""
    try:
        message.send()
    except (SMTPException, OSError) as error:
        logger.warning("mail was not sent: %s", error)
        return Sent.NEVER if _is_final(error) else Sent.LATER
    return Sent.YES


def _is_final(error: Exception) -> bool:
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, SMTPDataError) and error.smtp_code >= 500


def notice(author: Any, sections: "list[Section]") -> EmailMultiAlternatives:
    """Tells an author what was done to what they wrote, which rule it breaks, how to appeal."""
    is_ban = any(action == "ban" for section in sections for action in section.parts)
    return _message("notice", author, {"sections": sections, "is_ban": is_ban})


def appeal_answer(appeal: Appeal) -> EmailMultiAlternatives:
    """Tells an author what became of their appeal."""
    return _message("appeal_answer", appeal.notice.author, {"appeal": appeal})


def _message(name: str, reader: Any, context: dict[str, Any]) -> EmailMultiAlternatives:
    """The letter in the reader's language, with times in their zone."""
    context = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        "reader": reader,
        **context,
    }
    template = f"comments/email/{name}"
    with translation.override(reader.language), timezone.override(reader.zone):
        subject = render_to_string(f"{template}_subject.txt", context)
        text = render_to_string(f"{template}.txt", context)
        html = render_to_string(f"{template}.html", context)
    headers = {
        "Message-ID": make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
        "Auto-Submitted": "auto-generated",
        "Content-Language": reader.language,
    }
    message = EmailMultiAlternatives(
        " ".join(subject.split()), text.strip() + "\n", to=[reader.email], headers=headers
    )
    message.attach_alternative(html, "text/html")
    return message
