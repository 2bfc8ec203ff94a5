"""Sending an edition: any number of senders at once, each killed at any moment, none the worse."""

import logging
import time
from datetime import datetime
from email.utils import format_datetime
from smtplib import SMTPException

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.db.utils import InterfaceError, OperationalError
from django.utils import timezone

from news import transport
from news.transport import Fate, Outcome, Transport
from subscriptions import composing, watch
from subscriptions.ledger import Claim
from subscriptions.models import Delivery, Edition, unless_refused
from subscriptions.parcel import Parcel
from subscriptions.planning import LATE
from subscriptions.waits import Waits

logger = logging.getLogger(__name__)

# Seconds. Short turns let a worker stop without being killed in mid-message, and make way for
# other tasks.
TURN = 10
# Seconds for which a sender remembers what it could not write down. Then the reaper decides.
_HOLD_ON = 60


def send_edition(edition_id: int) -> bool:
    """Compose the edition if nobody has, and send for one turn. True when more can be sent now."""
    if free_senders() <= 0:
        return False
    edition = composing.compose(edition_id)
    if edition is None or edition.message is None:
        return False
    if edition.state == Edition.State.READY:
        unless_refused(edition.start)
    turn = Turn(edition)
    while turn.may_go_on() and turn.send_batch():
        if turn.is_over():
            return True
    return False


def editions_to_send() -> list[int]:
    """The editions that need another sender now; called once for each tick."""
    free = max(free_senders(), 0)
    return list(Edition.objects.to_be_sent().values_list("pk", flat=True)[:free])


def free_senders() -> int:
    """How many more may work at the same time, whoever woke them."""
    in_hands = Delivery.objects.in_hands().aggregate(senders=Count("claim_token", distinct=True))
    return int(settings.DIGEST_SENDERS - in_hands["senders"])


def settle_editions(now: datetime) -> None:
    """Bring editions into line with their deliveries: done, going on, or stopped for good."""
    for edition in Edition.objects.all_sent().defer("message"):
        unless_refused(edition.finish)
    for edition in Edition.objects.with_latecomers().defer("message"):
        unless_refused(edition.reopen)
    # Nobody joins an edition as old as this, and all who had have left.
    for edition in Edition.objects.without_readers().filter(cut_at__lt=now - 2 * LATE):
        unless_refused(edition.cancel)
    Delivery.objects.filter(edition__state=Edition.State.CANCELLED).skip()


class Turn:
    """One sender's turn at one edition."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.mail = composing.Mail(edition, format_datetime(timezone.now()))
        self._watch = watch.Watch()
        self._ends_at = time.monotonic() + TURN

    def may_go_on(self) -> bool:
        self.edition.refresh_from_db(fields=["state"])
        return self.edition.state == Edition.State.SENDING

    def is_over(self) -> bool:
        return time.monotonic() > self._ends_at

    def send_batch(self) -> bool:
        """Claim, connect, send. False when nothing may go or mail can't be had: try again later."""
        claim = Claim(self.edition)
        try:
            if not (batch := claim.take()):
                return False
            with transport.connected() as server:
                return Batch(self, claim, server).send(batch)
        except (OSError, SMTPException) as error:
            logger.warning("no connection to the mail server: %s", error)
            return False
        finally:
            claim.release()

    def look_at(self, outcome: Outcome) -> None:
        """Stop the edition where the outcome says that something is wrong with all of it."""
        if outcome.is_our_fault:
            reason = f"the mail server refuses us: {outcome.code} {outcome.message}"
        else:
            reason = self._watch.alarm_after(outcome)
        if reason:
            watch.stop(self.edition, reason)


class Batch:
    """One claim on its way out over one connection."""

    def __init__(self, turn: Turn, claim: Claim, server: Transport) -> None:
        self._turn, self._claim, self._server = turn, claim, server
        self._sent: Parcel | None = None  # accepted; written down as the next one begins
        self._begun: Parcel | None = None  # in the ledger as being sent, and not handed over
        self._waits = Waits()

    def send(self, batch: list[Parcel]) -> bool:
        """False when the server left without taking any: reconnecting at once won't help."""
        is_of_use = False
        try:
            self._waits.expect(batch)
            for parcel in batch:
                if parcel.domain in self._waits.waiting:
                    continue
                outcome = self._hand_over(parcel)
                is_of_use = is_of_use or outcome.is_connected or outcome.fate == Fate.STOPPED
                if outcome.fate == Fate.STOPPED and not self._claim.skip(parcel):
                    return False  # the edition was stopped, or the reaper has taken over
                if not outcome.is_connected or self._turn.is_over():
                    break
            self._claim.go_on(self._sent, None).is_granted()
        except (OperationalError, InterfaceError):
            self._recover()
            return False
        return is_of_use

    def _hand_over(self, parcel: Parcel) -> Outcome:
        message = self._turn.mail.to(parcel)
        self._begun = parcel
        permission = self._claim.go_on(self._sent, parcel)

        def may_go() -> bool:
            may = permission.is_granted()
            self._sent = self._begun = None
            return may

        try:
            outcome = self._server.send(parcel.email, message, may_go)
        finally:  # whatever happens, the connection to the database is to be free again
            is_granted = permission.is_granted()
        if not is_granted:
            self._sent = self._begun = None
            return outcome._replace(fate=Fate.STOPPED)
        self._record(parcel, outcome)
        return outcome

    def _record(self, parcel: Parcel, outcome: Outcome) -> None:
        parcel.outcome, self._sent = outcome, None
        if outcome.fate == Fate.SENT:
            self._sent = parcel
        else:
            self._begun = parcel if outcome.fate != Fate.UNCERTAIN else None
            self._claim.settle(parcel, outcome)
            self._begun = None
        self._turn.look_at(outcome)
        if wait := self._waits.after(parcel.domain, outcome):
            self._claim.put_off(parcel.domain, wait)

    def _recover(self) -> None:
        """The database was away: keep what we know until it can be written down."""
        until = time.monotonic() + _HOLD_ON
        while True:
            try:
                connection.close()
                return self._claim.recover(self._sent, self._begun)
            except (OperationalError, InterfaceError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.3)
