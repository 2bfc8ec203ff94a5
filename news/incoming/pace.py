"""When a feed is read next: more often where more is new, seldom where nothing works."""

import random
from datetime import timedelta

SHORTEST, FIRST, LONGEST = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
_SPREAD = 0.1
_MOST_DOUBLINGS = 10


def adapted(interval: timedelta, is_anything_new: bool, rest: timedelta) -> timedelta:
    """How long to wait after a reading; `rest` is what the feed itself asks for."""
    interval = interval / 2 if is_anything_new else interval * 1.5
    return _within(max(interval, rest))


def after_failures(interval: timedelta, failures: int) -> timedelta:
    """Twice as long after each failure in a row, and every day at last."""
    return _within(interval * 2 ** min(failures, _MOST_DOUBLINGS))


def spread(wait: timedelta) -> timedelta:
    """Somewhat more or less, so that feeds which began together don't stay together."""
    return wait * random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - no secret


def _within(interval: timedelta) -> timedelta:
    return min(max(interval, SHORTEST), LONGEST)
