"""What all letters have in common, whichever app writes them.

NAME_subject.txt, NAME.txt and NAME.html are one letter; `templates/email/` is its frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import make_msgid
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def render(template: str, language: str, context: Mapping[str, Any]) -> Letter:
    """The letter of `template`, a path without its endings, in `language`."""
    context = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        **context,
    }
    with translation.override(language):
        subject = render_to_string(f"{template}_subject.txt", context)
        text = render_to_string(f"{template}.txt", context)
        html = render_to_string(f"{template}.html", context)
    return Letter(" ".join(subject.split()), text.strip() + "\n", html)


def message(
    letter: Letter, email: str, language: str, headers: Mapping[str, str] | None = None
) -> EmailMultiAlternatives:
    """`letter` to one address. A line break in any header is refused by Django."""
    own = {
        "Message-ID": make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
        "Auto-Submitted": "auto-generated",
        "Content-Language": language,
    }
    message = EmailMultiAlternatives(
        letter.subject, letter.text, to=[email], headers={**own, **(headers or {})}
    )
    message.attach_alternative(letter.html, "text/html")
    return message


def as_bytes(message: EmailMultiAlternatives) -> bytes:
    """As it travels, with CRLF. Some programs overlook a header's value on the next line."""
    written = b"\r\n".join([*message.message().as_bytes().splitlines(), b""])
    headers, end, body = written.partition(b"\r\n\r\n")
    return headers.replace(b": \r\n ", b": ") + end + body


def is_final(error: Exception) -> bool:
    """Whether the server will never take it for this address, rather than not now or not ours."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, SMTPDataError) and error.smtp_code >= 500
