"""The ledger of deliveries, as one sender sees it: what it holds, and what became of each.

Every change is one statement that looks at the rows as they are, never at what this process
remembers: senders, the reaper and editors act at once, and a process may wake after its end.
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from news.transport import Outcome
from subscriptions.models import (
    BounceEvent,
    Delivery,
    Edition,
    Subscription,
    Suppression,
    hash_of_address,
)

State = Delivery.State

CLAIM = 200
# Waits of 2, 4, 8 … minutes, some ten hours in all. Then it has failed.
ATTEMPTS = 10
_LONGEST_WAIT = timedelta(hours=4)


class Claim:
    """Deliveries of one edition in the hands of one sender, and nobody else's."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.token = uuid.uuid4()

    def take(self) -> list[Delivery]:
        """Claim up to CLAIM waiting deliveries; those that are not to be sent are skipped.

        Empty when nothing waits any more.
        """
        while batch := self._take():
            if wanted := [delivery for delivery in batch if delivery.claim_token]:
                return wanted
        return []

    def _take(self) -> list[Delivery]:
        with transaction.atomic():
            waiting = self.edition.deliveries.ready_to_go().select_related("subscription")
            locked = waiting.select_for_update(skip_locked=True, of=("self",))
            batch = list(locked.order_by("pk")[:CLAIM])
            emails = (delivery.subscription.email for delivery in batch)
            suppressed = Suppression.objects.among(emails)
            for delivery in batch:
                self._decide(delivery, delivery.subscription.email in suppressed)
            Delivery.objects.filter(pk__in=[d.pk for d in batch if d.claim_token]).update(
                state=State.CLAIMED, claim_token=self.token, heartbeat_at=timezone.now()
            )
            Delivery.objects.filter(pk__in=[d.pk for d in batch if not d.claim_token]).skip()
        return batch

    def _decide(self, delivery: Delivery, is_suppressed: bool) -> None:
        is_active = delivery.subscription.status == Subscription.Status.ACTIVE
        delivery.claim_token = self.token if is_active and not is_suppressed else None

    def go_on(self, sent: Delivery | None, to_send: Delivery | None) -> bool:
        """The one statement for each message: ledger, fence and pause.

        `sent` becomes sent, and `to_send` sending, unless it must not: it is no longer in this
        sender's hands, its edition was stopped, or its reader has unsubscribed. Then False.
        """
        values = {
            "sent": sent.pk if sent else None,
            "smtp_code": sent.smtp_code if sent else None,
            "smtp_message": sent.smtp_message if sent else "",
            "to_send": to_send.pk if to_send else None,
            "token": self.token,
            "now": timezone.now(),
        }
        with connection.cursor() as cursor:
            cursor.execute(_GO_ON, values)
            return (values["to_send"],) in cursor.fetchall()

    def settle(self, delivery: Delivery, outcome: Outcome) -> None:
        """Record what became of a message that was not accepted."""
        state, not_before = _what_next(outcome, delivery.attempts + 1)
        mine = Delivery.objects.filter(pk=delivery.pk, claim_token=self.token, state=State.SENDING)
        with transaction.atomic():
            is_recorded = mine.update(
                state=state,
                not_before=not_before,
                finished_at=None if state in Delivery.WAITING else timezone.now(),
                smtp_code=outcome.code,
                smtp_message=outcome.message[:500],
                claim_token=None,
            )
            if is_recorded and state == State.FAILED:
                _record_bounce(delivery, outcome)

    def skip(self, delivery: Delivery) -> bool:
        """Skip it where its reader is gone; False when that is not why it can't be sent."""
        mine = Delivery.objects.filter(pk=delivery.pk, claim_token=self.token, state=State.CLAIMED)
        gone = mine.exclude(subscription__status=Subscription.Status.ACTIVE)
        changes = {"state": State.SKIPPED, "claim_token": None, "finished_at": timezone.now()}
        return bool(gone.update(**changes))

    def release(self) -> None:
        """Give back what was not begun."""
        mine = Delivery.objects.filter(claim_token=self.token, state=State.CLAIMED)
        mine.update(state=State.QUEUED, claim_token=None)


def reap(now: datetime | None = None) -> int:
    """Take over the claims of senders that have fallen silent; returns how many deliveries.

    What was being sent may have arrived: uncertain. The rest was never begun: queued again.
    """
    now = now or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_REAP, {"now": now, "silent_since": now - _lease()})
        return cursor.rowcount


def _lease() -> timedelta:
    """How long a sender may be silent: no message takes more than five answers of the server."""
    return timedelta(seconds=6 * (settings.EMAIL_TIMEOUT or 20))


def _what_next(outcome: Outcome, attempts: int) -> tuple[Delivery.State, datetime | None]:
    """The state to record, and not before when to try again."""
    state = State(outcome.fate)
    if state not in Delivery.WAITING:
        return state, None
    if attempts >= ATTEMPTS:
        return State.FAILED, None
    if state == State.QUEUED and attempts == 1:
        return State.QUEUED, None  # a lost connection says nothing about this message
    return state, timezone.now() + min(timedelta(minutes=2**attempts), _LONGEST_WAIT)


def _record_bounce(delivery: Delivery, outcome: Outcome) -> None:
    is_hard = outcome.code is not None and outcome.code >= 500
    BounceEvent.objects.get_or_create(
        provider="smtp",
        event_id=delivery.message_id,
        defaults={
            "kind": BounceEvent.Kind.HARD if is_hard else BounceEvent.Kind.SOFT,
            "delivery": delivery,
            "address_hash": hash_of_address(delivery.subscription.email),
            "detail": f"{outcome.code or ''} {outcome.message}".strip(),
            "happened_at": timezone.now(),
        },
    )


# The states stand in the conditions, so that a row which another process has just changed is
# judged by what it is now: PostgreSQL looks at them again after it has waited for the row.
_GO_ON = """
    UPDATE subscriptions_delivery AS delivery
    SET state = CASE WHEN delivery.id = %(sent)s THEN 'sent' ELSE 'sending' END,
        claim_token = CASE WHEN delivery.id = %(sent)s THEN NULL ELSE delivery.claim_token END,
        finished_at = CASE WHEN delivery.id = %(sent)s THEN %(now)s END,
        smtp_code = CASE WHEN delivery.id = %(sent)s THEN %(smtp_code)s::smallint END,
        smtp_message = CASE WHEN delivery.id = %(sent)s THEN %(smtp_message)s ELSE '' END,
        attempts = delivery.attempts + CASE WHEN delivery.id = %(sent)s THEN 0 ELSE 1 END,
        heartbeat_at = %(now)s,
        not_before = NULL
    FROM subscriptions_edition AS edition, subscriptions_subscription AS subscription
    WHERE delivery.id IN (%(sent)s, %(to_send)s)
      AND delivery.claim_token = %(token)s
      AND edition.id = delivery.edition_id
      AND subscription.id = delivery.subscription_id
      AND CASE WHEN delivery.id = %(sent)s
               THEN delivery.state = 'sending'
               ELSE delivery.state = 'claimed'
                    AND edition.state = 'sending'
                    AND subscription.status = 'active'
          END
    RETURNING delivery.id
"""

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
