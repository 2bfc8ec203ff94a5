"""The letters of this app, one function for each kind.

NAME_subject.txt, NAME.txt and NAME.html in templates/comments/email/ are one letter.
"""

import logging
from enum import Enum
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from comments.models import Appeal
from comments.notice_text import comments_of
from news import mail

if TYPE_CHECKING:
    from comments.letter_links import StopLink
    from comments.notice_text import Section
    from comments.told_text import Section as ToldSection

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
        return Sent.NEVER if mail.is_final(error) else Sent.LATER
    return Sent.YES


def notice(author: Any, sections: "list[Section]") -> EmailMultiAlternatives:
    """Tells an author what was done to what they wrote, which rule it breaks, how to appeal."""
    is_ban = any(action == "ban" for section in sections for action in section.parts)
    return _message("notice", author, {"sections": sections, "is_ban": is_ban})


def appeal_answer(appeal: Appeal) -> EmailMultiAlternatives:
    """Tells an author what became of their appeal."""
    context = {"appeal": appeal, "comments": comments_of(appeal.notice)}
    return _message("appeal_answer", appeal.notice.author, context)


def told(
    reader: Any, sections: "list[ToldSection]", number: int, stops: "list[StopLink]"
) -> EmailMultiAlternatives:
    """Tells a reader of comments that concern them, in `number` notifications, some not listed.

    The first of `stops` is what a mail program's own button does (RFC 2369, 2919 and 8058).
    """
    items = [item for section in sections for item in section.items]
    more = number - len(items)
    context = {
        "sections": sections,
        "number": sum(item.count for item in items) + more,
        "more": more,
        "first": items[0],
        "others": number - 1,
        "stops": stops,
    }
    headers = {
        "List-Id": f"<comments.{urlsplit(settings.SITE_URL).hostname}>",
        "List-Unsubscribe": f"<{stops[0].url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return _message("told", reader, context, headers)


def _message(
    name: str, reader: Any, context: dict[str, Any], headers: dict[str, str] | None = None
) -> EmailMultiAlternatives:
    """The letter in the reader's language, with times in their zone."""
    with timezone.override(reader.zone):
        context = {"reader": reader, **context}
        letter = mail.render(f"comments/email/{name}", reader.language, context)
    return mail.message(letter, reader.email, reader.language, headers)
