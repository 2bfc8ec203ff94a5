"""Translations by a machine: asked for by an editor, made by a worker, unchecked until an editor
has checked them. What a person has written is never written over.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from news import generations
from news.forms import LONGEST_BODY
from news.models import Article, ArticleText, MachineTranslation, TransitionRefused
from news.models.audit import Actor
from news.models.machine_translation import LEASE
from news.translator import TranslationFailed, Translator, Trouble

logger = logging.getLogger(__name__)

Order = MachineTranslation


def is_offered(text: ArticleText | None) -> bool:
    """Whether a machine may write what is to stand in place of `text`."""
    return bool(settings.TRANSLATOR_URL) and _is_free(text)


def _is_free(text: ArticleText | None) -> bool:
    """Whether no person has written or checked it."""
    return text is None or (text.origin == ArticleText.Origin.MACHINE and not text.is_checked)


def ask(article: Article, language: str, by: Actor) -> Order:
    """Write down that a machine is to translate `article`. Raises TransitionRefused."""
    if not settings.TRANSLATOR_URL:
        raise TransitionRefused(_("No machine is set up to translate."))
    if not _is_free(article.texts.filter(language=language).first()):
        raise TransitionRefused(
            _("A person has written or checked this translation: no machine writes over it.")
        )
    asked = {"asked_by": by, "asked_at": timezone.now()}
    fresh = {"started_at": None, "attempts": 0, "retry_at": None}
    no_trouble = {"trouble": "", "trouble_detail": ""}
    order, _is_new = Order.objects.update_or_create(
        article=article, language=language, defaults=asked | fresh | no_trouble
    )
    return order


def due(now: datetime | None = None, batch: int = 100) -> list[int]:
    """The numbers of those to be tried again, and of those that nobody has begun within a minute:
    their task must be lost.
    """
    now = now or timezone.now()
    orders = Order.objects.to_be_done(now).filter(asked_at__lt=now - timedelta(minutes=1))
    return list(orders.order_by("asked_at").values_list("pk", flat=True)[:batch])


def translate(pk: int, now: datetime | None = None) -> int | None:
    """Translate what was asked for, unless somebody does. Returns the article that has the text.

    An attempt is written down as failed before it begins, and only what comes of it says otherwise:
    so whoever looks after a worker was killed is told the truth, and it is tried again.
    """
    order = _claim(pk, now or timezone.now())
    if order is None:
        return None
    try:
        source = ArticleText.objects.filter(
            article=order.article, language=order.article.original_language
        ).first()
        if source is None or source.language == order.language:
            raise TranslationFailed(Trouble.NO_SOURCE)
        _store(order, source, _translated(source, order.language))
    except TranslationFailed as failure:
        logger.warning("article %s is not translated: %s", order.article_id, failure)
        _ours(order).update(
            trouble=failure.trouble,
            trouble_detail=failure.detail,
            retry_at=_next(order, timezone.now()) if failure.is_passing else None,
        )
        return None
    return order.article_id


def _claim(pk: int, now: datetime) -> Order | None:
    with transaction.atomic():
        waiting = Order.objects.select_for_update(skip_locked=True, of=("self",))
        order = waiting.select_related("article").filter(pk=pk).to_be_done(now).first()
        if order:
            order.started_at, order.attempts = now, order.attempts + 1
            order.trouble, order.trouble_detail = Trouble.BROKEN_OFF, ""
            order.retry_at = _next(order, now + LEASE)
            order.save()
    return order


def _next(order: Order, now: datetime) -> datetime | None:
    """When it is tried again if this attempt, over by `now`, has failed for what passes."""
    pause = order.pause()
    return now + pause if pause else None


def _ours(order: Order) -> QuerySet[Order]:
    """Its row, if nobody has asked for it anew since."""
    return Order.objects.filter(pk=order.pk, started_at=order.started_at)


def _translated(source: ArticleText, language: str) -> dict[str, str]:
    translator = Translator(source.language, language)
    words = {
        "title": Truncator(translator.words(source.title)).chars(250),
        "lead": Truncator(translator.words(source.lead)).chars(1000),
        "dateline": Truncator(translator.words(source.dateline)).chars(160),
        "body": translator.html(source.body),
    }
    if len(words["body"]) > LONGEST_BODY:
        raise TranslationFailed(Trouble.TOO_LARGE)
    return words


@transaction.atomic
def _store(order: Order, source: ArticleText, words: dict[str, str]) -> None:
    """The text, as one more revision, and no order any more; nothing where that was asked anew."""
    article = Article.objects.select_for_update(no_key=True).get(pk=order.article_id)
    if not _ours(order).exists():
        return
    text = article.texts.filter(language=order.language).first()
    if not _is_free(text) or (text and text.updated_at > order.asked_at):
        raise TranslationFailed(Trouble.OVERTAKEN)
    text = text or ArticleText(article=article, language=order.language)
    with article.revisions.around_change(article, order.asked_by):
        for name, value in words.items():
            setattr(text, name, value)
        text.slug, text.origin, text.is_checked = "", ArticleText.Origin.MACHINE, False
        text.source_fingerprint = source.fingerprint
        text.save()
        article.save(update_fields=["updated_at"])
    _ours(order).delete()
    if article.is_public:
        generations.bump(generations.NEWS)
