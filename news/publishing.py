"""Scheduled publication: a sweep over rows, so that no crash can lose an article's hour."""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from news.models import Article, ArticleQuerySet, TransitionRefused

logger = logging.getLogger(__name__)

# What could not be published and was not changed since: a picture's credit may have been mended.
_TRIED_AGAIN_AFTER = timedelta(minutes=10)
_TRIED_AGAIN_AT_ONCE = 10


def publish_due(now: datetime | None = None, batch: int = 100) -> int:
    """Publish scheduled articles whose time has come; returns of how many something has become.

    Safe to run twice, late, or side by side: a row that another sweep holds is skipped. What can't
    be published is marked and stands aside, so that it delays nothing, however much of it there is.
    """
    now = now or timezone.now()
    due = Article.objects.due(now)
    settled = _publish(due.filter(stuck_at=None).order_by("published_at")[:batch], now)
    stuck = due.filter(stuck_at__lt=now - _TRIED_AGAIN_AFTER).order_by("stuck_at")
    return settled + _publish(stuck[:_TRIED_AGAIN_AT_ONCE], now)


@transaction.atomic
def _publish(articles: ArticleQuerySet, now: datetime) -> int:
    held = list(articles.select_for_update(skip_locked=True, of=("self",)))
    for article in held:
        try:
            with transaction.atomic():
                article.publish(now)
        except (TransitionRefused, IntegrityError) as refusal:
            logger.error("article %s can't be published: %s", article.pk, refusal)
            Article.objects.filter(pk=article.pk).update(stuck_at=now)
    return len(held)
