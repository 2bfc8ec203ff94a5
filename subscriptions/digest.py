"""The daily digest's clockwork. Whoever calls it, however often and however late, does no harm."""

import logging
from datetime import datetime

from django.utils import timezone

from subscriptions import ledger, planning, sending, signup

logger = logging.getLogger(__name__)


def tick(now: datetime | None = None) -> None:
    """Take over from dead senders, plan who is due, settle editions, send letters still owed.

    A step that fails is logged and keeps no other from its turn.
    """
    now = now or timezone.now()
    for step in (ledger.reap, planning.plan, sending.settle_editions, signup.sweep_letters):
        try:
            step(now)
        except Exception:
            logger.exception("%s failed", step.__qualname__)
