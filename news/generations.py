"""What has changed that pages show: names whose number goes up with every change.

`portal.page_cache` keeps a page together with the numbers of what stands on it, and makes it anew
once one of them differs. Two names are enough: lists, rails and neighbours put a bit of every
article on every page, so a finer division would spare nothing.
"""

import logging

import redis
from django.db import transaction

from news.redis_client import client

logger = logging.getLogger(__name__)

# Whatever pages other than its own show of an article, and rubrics, sources, entities, pictures.
NEWS = "news"


def of_article(article_id: int) -> str:
    """What only the pages of one article show: its discussion and its rating."""
    return f"article:{article_id}"


def bump(*names: str) -> None:
    """Let pages that show any of `names` be made anew, once this transaction is committed.

    Without Redis nothing is bumped, but nothing is cached either: its loss empties the cache.
    """
    transaction.on_commit(lambda: _count_up(names))


def key_of(name: str) -> str:
    """Where Redis keeps the number of `name`."""
    return f"vestnik:generation:{name}"


def _count_up(names: tuple[str, ...]) -> None:
    try:
        with client().pipeline(transaction=True) as pipe:
            for name in names:
                pipe.incr(key_of(name))
            pipe.execute()
    except (redis.RedisError, OSError) as error:
        logger.warning("cached pages may be old for some seconds, Redis is not there: %s", error)
