"""The daily digest's clockwork. Whoever calls it, however often and however late, does no harm."""

import logging
from datetime import datetime

from subscriptions import (
    address_change,
    alarms,
    clock,
    history,
    past,
    planning,
    reaper,
    sending,
    signup,
    watch,
)

logger = logging.getLogger(__name__)


def tick(now: datetime | None = None) -> None:
    """Take over from dead senders, plan who is due, settle and watch editions, send letters owed.

    A step that fails is logged and keeps no other from its turn.
    """
    now = now or clock.now()
    for step in (
        reaper.reap,
        planning.plan,
        sending.settle_editions,
        past.put_up,
        watch.watch_editions,
        signup.sweep_letters,
        address_change.sweep,
        history.count_days,
        alarms.look,
    ):
        try:
            step(now)
        except Exception:
            logger.exception("%s failed", step.__qualname__)
