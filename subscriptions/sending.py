"""Sending an edition: any number of senders at once, each killed at any moment, none the worse."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from smtplib import SMTPException

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from news import transport
from news.transport import Outcome, Transport
from subscriptions import composing, links, stencil
from subscriptions.ledger import Claim
from subscriptions.models import Delivery, Edition, TransitionRefused
from subscriptions.planning import LATE

logger = logging.getLogger(__name__)

# Seconds. Short turns let a worker stop without being killed in mid-message, and make way for
# other tasks.
TURN = 10


def send_edition(edition_id: int) -> bool:
    """Compose the edition if nobody has, and send for one turn. True when more can be sent now."""
    edition = composing.compose(edition_id)
    if edition is None or edition.message is None:
        return False
    if edition.state == Edition.State.READY:
        _unless_refused(edition.start)
    turn = Turn(edition)
    while turn.may_go_on() and turn.send_batch():
        if turn.is_over():
            return True
    return False


def editions_to_send() -> list[int]:
    """The editions that need another sender now; called once for each tick."""
    in_hands = Delivery.objects.in_hands().aggregate(senders=Count("claim_token", distinct=True))
    free = settings.DIGEST_SENDERS - in_hands["senders"]
    return list(Edition.objects.to_be_sent().values_list("pk", flat=True)[: max(free, 0)])


def settle_editions(now: datetime) -> None:
    """Bring editions into line with their deliveries: done, going on, or stopped for good."""
    for edition in Edition.objects.all_sent().defer("message"):
        _unless_refused(edition.finish)
    for edition in Edition.objects.with_latecomers().defer("message"):
        _unless_refused(edition.reopen)
    # Nobody joins an edition as old as this, and all who had have left.
    for edition in Edition.objects.without_readers().filter(cut_at__lt=now - 2 * LATE):
        _unless_refused(edition.cancel)
    Delivery.objects.filter(edition__state=Edition.State.CANCELLED).skip()


class Turn:
    """One sender's turn at one edition."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._stencil = stencil.Stencil(bytes(edition.message or b""))
        self._date = format_datetime(timezone.now())
        self._ends_at = time.monotonic() + TURN

    def may_go_on(self) -> bool:
        self.edition.refresh_from_db(fields=["state"])
        return self.edition.state == Edition.State.SENDING

    def is_over(self) -> bool:
        return time.monotonic() > self._ends_at

    def send_batch(self) -> bool:
        """Claim, connect, send. False when nothing waits or mail can't be had: try again later."""
        claim = Claim(self.edition)
        try:
            if not (batch := claim.take()):
                return False
            with transport.connected() as connection:
                return self._send_all(claim, batch, connection)
        except (OSError, SMTPException) as error:
            logger.warning("no connection to the mail server: %s", error)
            return False
        finally:
            claim.release()

    def _send_all(self, claim: Claim, batch: list[Delivery], connection: Transport) -> bool:
        """False when the server left without any answer: reconnecting at once won't help."""
        sent, is_of_use = None, False
        for delivery in batch:
            if not claim.go_on(sent, delivery):
                sent = None
                is_of_use = claim.skip(delivery)
                if not is_of_use:
                    break  # the edition was stopped, or the reaper has taken over
                continue
            outcome = connection.send(delivery.subscription.email, self._fill(delivery))
            sent = self._record(claim, delivery, outcome)
            is_of_use = is_of_use or outcome.is_connected
            if self.is_over() or not outcome.is_connected:
                break
        if sent:
            claim.go_on(sent, None)
        return is_of_use

    def _fill(self, delivery: Delivery) -> bytes:
        return self._stencil.fill(
            {
                stencil.TO: delivery.subscription.email,
                stencil.DATE: self._date,
                stencil.MESSAGE_ID: delivery.message_id,
                stencil.UNSUBSCRIBE: links.UNSUBSCRIBE.token(delivery.subscription_id),
                stencil.PREFERENCES: links.PREFERENCES.token(delivery.subscription_id),
            }
        )

    def _record(self, claim: Claim, delivery: Delivery, outcome: Outcome) -> Delivery | None:
        """Returns a delivery that was accepted: it is recorded with the next one's beginning."""
        if outcome.fate == transport.Fate.SENT:
            delivery.smtp_code, delivery.smtp_message = outcome.code, outcome.message[:500]
            return delivery
        claim.settle(delivery, outcome)
        if outcome.is_our_fault:
            logger.error("the mail server refuses us: %s %s", outcome.code, outcome.message)
            _unless_refused(self.edition.ask_for_attention)
        return None


def _unless_refused(transition: Callable[[], None]) -> None:
    try:
        transition()
    except TransitionRefused as refusal:  # somebody else was faster
        logger.info("%s", refusal)
