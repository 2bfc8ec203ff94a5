"""Tells a WebSub hub which feeds have changed, and it tells their subscribers at once.

(WebSub, W3C Recommendation of 23 January 2018; how publishers speak to hubs is custom since
PubSubHubbub 0.3.) That the hub must be told is written in rows: an article has changed after the
change that the hub was last told of. A lost task or a hub that doesn't answer delays it only.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.utils import timezone, translation

from news.addresses import absolute
from news.feed_formats import FORMATS
from news.feeds import Subject, feed_url
from news.models import Article, Entity

logger = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(days=1)  # subscribers' hubs have long looked by themselves
MOST_TOPICS = 100  # in one request
TIMEOUT = 10  # seconds


def tell_hub(now: datetime | None = None, batch: int = 100) -> int:
    """Tell the hub of articles it has not been told of; returns of how many.

    Safe to run twice, late or side by side: then the hub is told twice.
    """
    since = (now or timezone.now()) - GIVE_UP_AFTER
    untold = Article.objects.untold(since).select_related("rubric", "source")
    articles = list(untold.order_by("updated_at")[:batch])
    if not (settings.WEBSUB_HUB and articles):
        return 0
    try:
        _tell(sorted(set(_topics(articles))))
    except (OSError, HTTPException) as error:
        logger.warning("the hub can't be told of %s articles yet: %s", len(articles), error)
        return 0
    for article in articles:
        same = Article.objects.filter(pk=article.pk, updated_at=article.updated_at)
        same.update(hub_told_at=article.updated_at)
    return len(articles)


def _topics(articles: list[Article]) -> Iterator[str]:
    """The addresses of all feeds that show any of `articles`."""
    entities = Entity.objects.filter(mentions__article__in=articles, mentions__state="accepted")
    subjects: set[Subject] = {None, *entities.distinct()}  # None: the feed of everything
    subjects |= {subject for article in articles for subject in (article.rubric, article.source)}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for subject in subjects:
                yield from (absolute(feed_url(subject, ending)) for ending in FORMATS)


def _tell(topics: list[str]) -> None:
    for start in range(0, len(topics), MOST_TOPICS):
        _post(
            [("hub.mode", "publish")] + [("hub.url", url) for url in topics[start:][:MOST_TOPICS]]
        )


def _post(fields: Iterable[tuple[str, str]]) -> None:
    """Raises OSError for any answer but 2xx."""
    request = Request(  # noqa: S310 - settings let only http and https through
        settings.WEBSUB_HUB,
        urlencode(list(fields)).encode(),
        {"User-Agent": f"Vestnik (+{settings.SITE_URL})"},
    )
    with build_opener(_NoRedirects).open(request, timeout=TIMEOUT):
        pass


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would be followed with GET, and tell nobody anything."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None
