"""Taking over from senders that have died."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone


def reap(now: datetime | None = None) -> int:
    """Take over the claims of senders that have fallen silent; returns how many deliveries.

    What was being sent may have arrived: uncertain. The rest was never begun: queued again.
    """
    now = now or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_REAP, {"now": now, "silent_since": now - lease()})
        return cursor.rowcount


def lease() -> timedelta:
    """How long a sender may be silent: no message takes more than five answers of the server."""
    return timedelta(seconds=6 * (settings.EMAIL_TIMEOUT or 20))


_REAP = """
    UPDATE subscriptions_delivery AS delivery
    SET state = CASE delivery.state WHEN 'sending' THEN 'uncertain' ELSE 'queued' END,
        finished_at = CASE delivery.state WHEN 'sending' THEN %(now)s END,
        claim_token = NULL
    WHERE delivery.id IN (
        SELECT held.id FROM subscriptions_delivery AS held
        WHERE held.state IN ('claimed', 'sending')
          AND held.claim_token NOT IN (
              SELECT alive.claim_token FROM subscriptions_delivery AS alive
              WHERE alive.state IN ('claimed', 'sending')
                AND alive.heartbeat_at >= %(silent_since)s
          )
          AND held.heartbeat_at < %(silent_since)s
        FOR UPDATE SKIP LOCKED
    )
"""
