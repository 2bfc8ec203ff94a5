"""Who has an article open at the desk: for some minutes in Redis, and nothing is lost with it."""

import logging
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import redis

from news.redis_client import client

logger = logging.getLogger(__name__)

# Seconds. An open form says so every minute where scripts run, else only when it is loaded.
SEEN_FOR = 10 * 60


def note(article_id: int, user_id: int) -> None:
    """`user_id` has the article open now."""
    key = _key(article_id)
    try:
        with client().pipeline(transaction=False) as pipe:
            pipe.zadd(key, {str(user_id): time.time()})
            pipe.expire(key, SEEN_FOR)
            pipe.execute()
    except (redis.RedisError, OSError) as error:
        logger.warning("who edits an article is not kept, Redis is not there: %s", error)


def leave(article_id: int, user_id: int) -> None:
    """Else it would be forgotten in some minutes."""
    with suppress(redis.RedisError, OSError):
        client().zrem(_key(article_id), str(user_id))


def others(article_id: int, user_id: int) -> dict[int, datetime]:
    """When each of the other editors who have it open was last seen."""
    since = time.time() - SEEN_FOR
    try:
        found: Any = client().zrangebyscore(_key(article_id), since, "+inf", withscores=True)
    except (redis.RedisError, OSError):
        return {}
    seen = {int(who): datetime.fromtimestamp(when, UTC) for who, when in found}
    return {who: when for who, when in seen.items() if who != user_id}


def _key(article_id: int) -> str:
    return f"vestnik:editing:{article_id}"
