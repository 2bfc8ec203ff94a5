"""Scheduled publication: a sweep over rows, so that no crash can lose an article's hour."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from news.models import Article, TransitionRefused

logger = logging.getLogger(__name__)


def publish_due(now: datetime | None = None, batch: int = 100) -> int:
    """Publish every scheduled article whose time has come; returns how many.

    Safe to run twice, late, or side by side: a row that another sweep holds is skipped.
    """
    now = now or timezone.now()
    published = 0
    with transaction.atomic():
        due = Article.objects.due(now).select_for_update(skip_locked=True, of=("self",))
        for article in due.order_by("published_at")[:batch]:
            try:
                article.publish(now)
                published += 1
            except TransitionRefused as refusal:
                logger.error("article %s can't be published: %s", article.pk, refusal)
    return published
