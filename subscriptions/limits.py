"""How often the subscribe form may cause mail, so that nobody can be bombed with it.

Each address has its own limit in its row (Subscription.may_ask_again); these count the rest.
"""

import logging

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from news import limits
from news.client_address import client_network
from subscriptions.models import hash_of_address

logger = logging.getLogger(__name__)

WINDOW = 10 * 60  # seconds
PER_CLIENT = 10
IN_TOTAL = 1000
A_DAY = 24 * 3600
PER_ADDRESS = 5  # letters that anybody asks for, each day; more are silently left out
TESTS = 10  # of the digest, for each editor


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


class TestsRefused(Refused):
    status = 429
    message = _("No more tests now. Try again in ten minutes.")


def count_test(editor: str) -> None:
    """Count one test of the digest that this editor sends to themselves. Raises Refused."""
    try:
        limits.count([limits.Limit(f"digest_test:{editor}", TESTS, WINDOW)])
    except (limits.LimitReached, RedisError, OSError) as error:
        raise TestsRefused from error


def may_write_to(email: str) -> bool:
    """Count a letter to this address. False: enough for today, which nobody is told.

    The same for every address, so nobody learns anything of it; where it can't be counted, none.
    """
    try:
        of_address = limits.Limit(f"letter:{hash_of_address(email)}", PER_ADDRESS, A_DAY)
        limits.count([of_address])
    except (limits.LimitReached, RedisError, OSError):
        return False
    return True


def count_request(request: HttpRequest) -> None:
    """Count one letter asked for by this client. Raises Refused."""
    of_client = limits.Limit(f"subscribe:client:{client_network(request)}", PER_CLIENT, WINDOW)
    in_total = limits.Limit("subscribe:all", IN_TOTAL, WINDOW)
    try:
        limits.count([of_client, in_total])
    except limits.LimitReached as reached:
        if reached.limit == in_total:
            logger.error("more than %s subscriptions in %s s: form closed", IN_TOTAL, WINDOW)
        raise LimitReached from reached
    except (RedisError, OSError) as error:
        logger.error("subscribe form closed, Redis can't be reached: %s", error)
        raise LimitsUnknown from error
