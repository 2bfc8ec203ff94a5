"""What has changed that pages show: names that get a new generation with every change.

`portal.page_cache` keeps a page together with the generations of what stands on it, and makes it
anew once one of them differs. A few names are enough: lists, rails and neighbours put a bit of
every article on every page, so a finer division would spare nothing.
"""

import logging
from datetime import datetime
from uuid import uuid4

import redis
from django.db import transaction
from django.http import HttpResponse

from news.redis_client import client

logger = logging.getLogger(__name__)

# Whatever pages other than its own show of an article, and rubrics, sources, entities, pictures.
NEWS = "news"
# How many comments there are, and which is the last: the page that lists the discussions.
DISCUSSIONS = "discussions"

_KEPT_FOR = 24 * 3600  # seconds; much longer than any page is kept


def of_article(article_id: int) -> str:
    """What only the pages of one article show: its discussion and its rating."""
    return f"article:{article_id}"


def bump(*names: str) -> None:
    """Let pages that show any of `names` be made anew, once this transaction is committed.

    Without Redis nothing is bumped, but nothing is cached either: its loss empties the cache.
    """
    transaction.on_commit(lambda: _renew(names))


def end(response: HttpResponse, at: datetime | None) -> HttpResponse:
    """`response` with when it is over by the clock, if it is, without anybody changing anything."""
    response.over_at = at  # type: ignore[attr-defined]
    return response


def current(name: str) -> str | None:
    """The generation of `name`, None if that isn't known. Ask before you read the rows."""
    try:
        generation: bytes | None = client().get(key_of(name))  # type: ignore[assignment]
    except (redis.RedisError, OSError):
        return None
    return generation.decode() if generation else None


def key_of(name: str) -> str:
    """Where Redis keeps the generation of `name`."""
    return f"vestnik:generation:{name}"


def _renew(names: tuple[str, ...]) -> None:
    # A word that never was, not a number that counts up: nothing comes back, even if one is lost.
    fresh = uuid4().hex
    try:
        with client().pipeline(transaction=False) as pipe:
            for name in names:
                pipe.set(key_of(name), fresh, ex=_KEPT_FOR)
            pipe.execute()
    except (redis.RedisError, OSError) as error:
        logger.warning("cached pages may be old for some seconds, Redis is not there: %s", error)
