"""What a sender needs to know of one delivery: a plain row, since there are hundreds a second."""

from dataclasses import dataclass

from django.db import connection

from news.transport import Outcome


@dataclass(eq=False, slots=True)
class Parcel:
    pk: int
    message_id: str
    attempts: int
    subscription_id: int
    email: str
    is_active: bool
    outcome: Outcome | None = None

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


def of_waiting(edition_id: int, limit: int) -> list[Parcel]:
    """Lock up to `limit` deliveries that may go now and that no other sender looks at."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, (edition_id, limit))
        return [Parcel(*row) for row in cursor.fetchall()]


_WAITING = """
    SELECT delivery.id, delivery.message_id, delivery.attempts,
           subscription.id, subscription.email, subscription.status = 'active'
    FROM subscriptions_delivery AS delivery
    JOIN subscriptions_subscription AS subscription ON subscription.id = delivery.subscription_id
    WHERE delivery.edition_id = %s
      AND delivery.state IN ('queued', 'retry')
      AND delivery.not_before <= clock_timestamp()
    ORDER BY delivery.not_before, delivery.id
    LIMIT %s
    FOR UPDATE OF delivery SKIP LOCKED
"""
