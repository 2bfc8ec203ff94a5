"""How often the subscribe form may cause mail, so that nobody can be bombed with it.

Each address has its own limit in its row (Subscription.may_ask_again); these count the rest.
"""

import logging
import time

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from news.client_address import client_network

logger = logging.getLogger(__name__)

WINDOW = 10 * 60  # seconds
PER_CLIENT = 10
IN_TOTAL = 1000


class Refused(Exception):
    """No letter now; `message` tells the person why and what to do, `status` is for HTTP."""

    status: int
    message: str | Promise


class LimitReached(Refused):
    status = 429
    message = _("Too many addresses were entered from here. Try again in ten minutes.")


class LimitsUnknown(Refused):
    """The counters can't be reached. Fail closed: no count, no mail."""

    status = 503
    message = _("Subscribing does not work at the moment. Try again in a few minutes.")


def count_request(request: HttpRequest) -> None:
    """Count one letter asked for by this client. Raises Refused."""
    window = int(time.time()) // WINDOW
    try:
        by_client = _count(f"subscribe:{window}:{client_network(request)}")
        if by_client > PER_CLIENT:
            raise LimitReached
        if _count(f"subscribe:{window}") > IN_TOTAL:
            logger.error("more than %s subscriptions in %s s: form closed", IN_TOTAL, WINDOW)
            raise LimitReached
    except (RedisError, OSError) as error:
        logger.error("subscribe form closed, the cache can't be reached: %s", error)
        raise LimitsUnknown from error


def _count(key: str) -> int:
    cache.add(key, 0, timeout=WINDOW)
    try:
        return cache.incr(key)
    except ValueError:  # evicted since
        cache.add(key, 1, timeout=WINDOW)
        return 1
