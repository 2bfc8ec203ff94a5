"""What readers are told by mail of their responses: published, returned, declined.

The rows say what is owed (`Exchange.objects.untold`): a lost task costs a minute.
"""

import logging
from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from news import mail, suppressions
from news.addresses import absolute
from news.models import Article, Exchange

logger = logging.getLogger(__name__)

_AT_ONCE = 100


def sweep() -> None:
    """Tell what hasn't been told, until mail fails. Late, twice and side by side are fine."""
    for pk in list(Exchange.objects.untold().values_list("pk", flat=True)[:_AT_ONCE]):
        if not _tell(pk):
            break


@transaction.atomic
def _tell(pk: int) -> bool:
    """False when mail fails for now."""
    untold = Exchange.objects.untold().select_related("article__author")
    exchange = untold.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if exchange is None:
        return True
    reader: Any = exchange.article.author
    if reader and reader.is_active and reader.email and not suppressions.among([reader.email]):
        try:
            letter(exchange).send()
        except (SMTPException, OSError) as error:
            logger.warning("letter about response %s failed: %s", pk, error)
            if not mail.is_final(error):
                return False
    is_out = exchange.article.state == Article.State.PUBLISHED
    exchange.told = Exchange.Told.OUT if is_out else Exchange.Told.ANSWER
    exchange.save(update_fields=["told"])
    return True


def letter(exchange: Exchange) -> EmailMultiAlternatives:
    """In the language and the hours of who wrote the response."""
    reader: Any = exchange.article.author
    with translation.override(reader.language), timezone.override(reader.zone):
        article = exchange.article
        is_out = article.state == Article.State.PUBLISHED
        page = (
            article.get_absolute_url() if is_out else reverse("news:my_response", args=[article.pk])
        )
        context = {"reader": reader, "exchange": exchange, "is_out": is_out, "title": str(article)}
        written = mail.render(
            "news/email/response", reader.language, context | {"url": absolute(page)}
        )
    return mail.message(written, reader.email, reader.language)
