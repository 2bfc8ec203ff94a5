"""What every page asks for and seldom changes, remembered in Redis."""

import logging
from collections.abc import Callable
from typing import TypeVar, cast

import redis
from django.core.cache import cache

from news import generations

logger = logging.getLogger(__name__)

T = TypeVar("T")


def remembered(name: str, seconds: int, make: Callable[[], T]) -> T:
    """What `make()` gave at most `seconds` ago, if the news hasn't changed since then.

    Where that isn't known, as while Redis is away, it is made anew.
    """
    number = generations.number_of(generations.NEWS)
    if number is None:
        return make()
    try:
        return cast(T, cache.get_or_set(f"{name}:{number}", make, seconds))
    except (redis.RedisError, OSError) as error:
        logger.warning("nothing is remembered, Redis is not there: %s", error)
        return make()
