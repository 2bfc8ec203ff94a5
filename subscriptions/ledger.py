"""The ledger of deliveries, as one sender sees it: what it holds, and what became of each.

Every change is one statement that looks at the rows as they are, never at what this process
remembers: senders, the reaper and editors act at once, and a process may wake after its end.
All times are those of the database, so that clocks of workers may differ.
"""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from news.transport import Outcome
from subscriptions import bounces, domains, notices
from subscriptions.models import Delivery, Edition, Suppression
from subscriptions.parcel import Parcel, of_waiting
from subscriptions.statement import Answer, Statement

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

    def take(self) -> list[Parcel]:
        """Claim up to CLAIM waiting deliveries; those not to be sent are skipped or put off.

        Empty when nothing may go now.
        """
        while (batch := self._take()) is not None:
            if batch:
                return batch
        return []

    def _take(self) -> list[Parcel] | None:
        """None when nothing waits, or when no more may be sent for now."""
        with transaction.atomic():
            limit = domains.allowance(CLAIM)
            waiting = of_waiting(self.edition.pk, limit) if limit else []
            if not waiting:
                return None
            wanted = self._without_the_gone(waiting)
            batch = domains.put_off(wanted)
            self._mark(batch, state=State.CLAIMED, claim_token=self.token, heartbeat_at=Now())
            domains.count(len(batch))
        return batch

    def _without_the_gone(self, waiting: list[Parcel]) -> list[Parcel]:
        suppressed = Suppression.objects.among(parcel.email for parcel in waiting)
        wanted = [each for each in waiting if each.is_active and each.email not in suppressed]
        gone = set(waiting) - set(wanted)
        self._mark(list(gone), state=State.SKIPPED, finished_at=Now())
        return wanted

    def _mark(self, parcels: list[Parcel], **changes: object) -> None:
        if parcels:
            Delivery.objects.filter(pk__in=[parcel.pk for parcel in parcels]).update(**changes)

    def go_on(self, sent: Parcel | None, to_send: Parcel | None) -> "Permission":
        """The one statement for each message: ledger, fence and pause.

        `sent` becomes sent, and `to_send` sending, unless it must not: it is no longer in this
        sender's hands, its edition was stopped, or its reader has unsubscribed.
        """
        outcome = sent.outcome if sent else None
        return Permission(
            _GO_ON.begin(
                sent and sent.pk,
                self.token,
                outcome and outcome.code,
                outcome.message[:500] if outcome else "",
                to_send and to_send.pk,
            )
        )

    def settle(self, parcel: Parcel, outcome: Outcome) -> None:
        """Record what became of a message that was not accepted."""
        attempts = parcel.attempts + 1
        state, wait = _what_next(outcome, attempts)
        mine = Delivery.objects.filter(pk=parcel.pk, claim_token=self.token, state=State.SENDING)
        with transaction.atomic():
            is_recorded = mine.update(
                state=state,
                not_before=Now() + wait,
                finished_at=None if state in Delivery.WAITING else Now(),
                smtp_code=outcome.code,
                smtp_message=outcome.message[:500],
                claim_token=None,
            )
            if is_recorded and state == State.FAILED:
                _record_bounce(parcel, outcome)

    def skip(self, parcel: Parcel) -> bool:
        """Skip it where its reader is gone; False when that is not why it can't be sent."""
        mine = Delivery.objects.filter(pk=parcel.pk, claim_token=self.token, state=State.CLAIMED)
        gone = mine.exclude(subscription__status="active")
        return bool(gone.update(state=State.SKIPPED, claim_token=None, finished_at=Now()))

    def put_off(self, domain: str, wait: timedelta) -> None:
        """What was not begun of this domain waits."""
        mine = Delivery.objects.filter(claim_token=self.token, state=State.CLAIMED)
        its = mine.filter(subscription__email__endswith=f"@{domain}")
        its.update(state=State.QUEUED, claim_token=None, not_before=Now() + wait)

    def release(self) -> None:
        """Give back what was not begun."""
        mine = Delivery.objects.filter(claim_token=self.token, state=State.CLAIMED)
        mine.update(state=State.QUEUED, claim_token=None)

    def recover(self, sent: Parcel | None, begun: Parcel | None) -> None:
        """After the database was away: what this sender knows, whatever was written before.

        `begun` was never handed over, whether or not the ledger says that it is being sent.
        """
        self.go_on(sent, None).is_granted()
        if begun:
            mine = Delivery.objects.filter(pk=begun.pk, claim_token=self.token)
            mine.in_hands().update(state=State.QUEUED, claim_token=None)
        self.release()


class Permission:
    """Whether the next message may be handed over: asked for already, answered when needed."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._is_granted: bool | None = None

    def is_granted(self) -> bool:
        if self._is_granted is None:
            self._is_granted = self._answer.count() == 1
        return self._is_granted


def _what_next(outcome: Outcome, attempts: int) -> tuple[Delivery.State, timedelta]:
    """The state to record, and how long to wait before trying again."""
    state, wait = State(outcome.fate), min(timedelta(minutes=2**attempts), _LONGEST_WAIT)
    if state not in Delivery.WAITING:
        return state, timedelta()
    if attempts >= ATTEMPTS:
        return State.FAILED, timedelta()
    if state == State.QUEUED and attempts == 1:
        return State.QUEUED, timedelta()  # a lost connection says nothing about this message
    return state, wait


def _record_bounce(parcel: Parcel, outcome: Outcome) -> None:
    answer = f"{outcome.code or ''} {outcome.message}".strip()
    delivery = Delivery.objects.select_related("subscription").get(pk=parcel.pk)
    bounces.record("smtp", notices.kind_of_answer(answer), parcel.email, delivery, answer)


# The states stand in the conditions, so that a row which another process has just changed is
# judged by what it is now: PostgreSQL looks at them again after it has waited for the row.
# Subqueries rather than joins: whatever the planner knows, they are three look-ups by key.
_GO_ON = Statement(
    "digest_go_on",
    """
    WITH sent AS (
        UPDATE subscriptions_delivery
        SET state = 'sent', claim_token = NULL, finished_at = clock_timestamp(),
            smtp_code = $3::smallint, smtp_message = $4::text
        WHERE id = $1::bigint AND claim_token = $2::uuid AND state = 'sending'
    )
    UPDATE subscriptions_delivery AS delivery
    SET state = 'sending', attempts = attempts + 1, heartbeat_at = clock_timestamp(),
        smtp_code = NULL, smtp_message = ''
    WHERE id = $5::bigint AND claim_token = $2::uuid AND state = 'claimed'
      AND (SELECT state FROM subscriptions_edition WHERE id = delivery.edition_id) = 'sending'
      AND (SELECT status FROM subscriptions_subscription
           WHERE id = delivery.subscription_id) = 'active'
    RETURNING id
    """,
)
