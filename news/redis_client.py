"""Redis, for what Django's cache can't say: scripts, counters, sets."""

from functools import lru_cache

import redis
from django.conf import settings


def client() -> redis.Redis:
    """One pool of connections for each process, with timeouts: threads of the server are few."""
    return _connect(settings.REDIS_URL)


@lru_cache(maxsize=2)
def _connect(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2)
