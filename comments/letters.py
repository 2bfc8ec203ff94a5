"""Letters that tell readers of comments: several in one, once, whatever dies in between.

A letter is a row before it is handed to the mail server, and what it tells of points to it. What
became of it is written down afterwards; where that is missing, nobody knows, and it is not sent
again. All may run twice, late and side by side.
"""

import logging
import time
from datetime import datetime, timedelta
from itertools import takewhile
from smtplib import SMTPException
from typing import Any

from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone

from comments import emails
from comments.letter_links import stop_links
from comments.models import Notification, NotificationLetter, NotificationPreferences
from comments.models.notification import NotificationQuerySet
from comments.told_text import sections_of
from news import mail, suppressions, transport
from news.transport import Fate, Outcome, Transport

logger = logging.getLogger(__name__)

Kind = Notification.Kind
Mail = NotificationPreferences.Mail
State = NotificationLetter.State

APART = timedelta(minutes=30)  # letters to one reader
LOST_AFTER = timedelta(minutes=10)  # no message takes so long
# After waits of 10, 20, 40 … minutes it was refused for good.
ATTEMPTS = 8
REFUSED_IN_A_ROW = 3  # for good, and the address is taken for dead
_TRY_AGAIN_AFTER = timedelta(minutes=5)
_AT_ONCE = 5000
_TURN = 50  # seconds; then the next one begins


def sweep(now: datetime | None = None) -> None:
    """Send what is due, until mail fails."""
    now = now or timezone.now()
    _give_up_lost(now)
    if not (readers := _due_readers(now)):
        return
    try:
        with transport.connected() as connection:
            ends_at = time.monotonic() + _TURN
            for reader_id in readers:
                if not _tell(reader_id, connection, now) or time.monotonic() > ends_at:
                    return
    except (OSError, SMTPException) as error:
        logger.warning("no connection to the mail server: %s", error)


def _give_up_lost(now: datetime) -> None:
    """Whoever sent them has died. They may have arrived."""
    lost = NotificationLetter.objects.filter(state=State.SENDING, created_at__lte=now - LOST_AFTER)
    lost.update(state=State.UNCERTAIN, finished_at=now)


def _due_readers(now: datetime) -> list[int]:
    """Those who have waited longest, unless they have just got a letter."""
    owed = Notification.objects.owed(now).exclude(user__in=_lately_told(now).values("user"))
    readers = owed.values("user").annotate(since=Min("mail_due_at")).order_by("since", "user")
    return list(readers.values_list("user", flat=True)[:_AT_ONCE])


def _lately_told(now: datetime) -> Any:
    letters = NotificationLetter.objects.exclude(state=State.REFUSED)
    return letters.filter(created_at__gt=now - APART)


def _tell(reader_id: int, connection: Transport, now: datetime) -> bool:
    """One letter with all that is due to a reader; False when no other could be sent now."""
    if (begun := _begin(reader_id, now)) is None:
        return True
    letter, message = begun
    outcome = connection.send(letter.user.email, message)
    _settle(letter, outcome, now)
    if outcome.is_our_fault:
        logger.error("the mail server refuses us: %s %s", outcome.code, outcome.message)
    return outcome.is_connected and not outcome.is_our_fault


@transaction.atomic
def _begin(reader_id: int, now: datetime) -> tuple[NotificationLetter, bytes] | None:
    """The letter's row and its message. None where nothing is left to tell, or somebody else does.

    The reader's row is locked, so that of two who begin at once one finds it done.
    """
    readers = get_user_model().objects.filter(pk=reader_id)
    locked = readers.select_for_update(skip_locked=True, of=("self",), no_key=True)
    reader = locked.select_related("notification_preferences").first()
    if reader is None or _lately_told(now).filter(user=reader_id).exists():
        return None
    owed = Notification.objects.owed(now).filter(user=reader_id)
    wanted = list(_still_wanted(owed, reader))
    owed.exclude(pk__in=[row.pk for row in wanted]).update(mail_due_at=None)
    if not wanted:
        return None
    letter = NotificationLetter.objects.create(user=reader, created_at=now)
    told = Notification.objects.filter(pk__in=[row.pk for row in wanted])
    told.update(letter=letter, mail_due_at=None)
    return letter, mail.as_bytes(_message(reader, wanted))


def _message(reader: Any, wanted: list[Notification]) -> EmailMultiAlternatives:
    """It can be stopped as a whole by the first of its links."""
    kinds = [kind for kind in Kind if any(row.kind == kind for row in wanted)]
    return emails.told(reader, sections_of(reader, wanted), len(wanted), stop_links(reader, kinds))


def _still_wanted(owed: NotificationQuerySet, reader: Any) -> NotificationQuerySet:
    """What the reader still wants to be told of by mail, has not read yet, and still can."""
    if not _can_be_reached(reader):
        return owed.none()
    own = NotificationPreferences.of(reader)
    kinds = [kind for kind in Kind if own.mode(kind) != Mail.OFF]
    return owed.unseen().wanted().filter(kind__in=kinds)


def _can_be_reached(reader: Any) -> bool:
    """Whether the account is open, and its address confirmed and not known to be dead, be it to us
    or to the digest, to which its owner may also have said no for good.
    """
    confirmed = get_user_model().objects.filter(
        pk=reader.pk,
        is_active=True,
        emailaddress__verified=True,
        emailaddress__email__iexact=F("email"),
    )
    is_dead = NotificationPreferences.of(reader).returned_email == reader.email
    return not is_dead and confirmed.exists() and not suppressions.among([reader.email])


@transaction.atomic
def _settle(letter: NotificationLetter, outcome: Outcome, now: datetime) -> None:
    """Write down what became of the letter, however late: who was taken for dead was not."""
    told = Notification.objects.filter(letter=letter)
    if outcome.fate == Fate.QUEUED:  # it never left
        told.update(letter=None, mail_due_at=now + _TRY_AGAIN_AFTER)
        letter.delete()
        return
    is_there = NotificationLetter.objects.filter(pk=letter.pk).update(
        state=_STATES[outcome.fate],
        finished_at=timezone.now(),
        answer=f"{outcome.code or ''} {outcome.message}".strip()[:500],
    )
    if is_there and outcome.fate == Fate.RETRY:
        _owe_again(letter, told, now)
    if is_there and outcome.fate == Fate.FAILED and _is_dead(letter.user):
        dead = {"returned_email": letter.user.email}
        NotificationPreferences.objects.update_or_create(user=letter.user, defaults=dead)


_STATES = {
    Fate.SENT: State.SENT,
    Fate.UNCERTAIN: State.UNCERTAIN,
    Fate.FAILED: State.REFUSED,
    Fate.RETRY: State.REFUSED,
}


def _owe_again(letter: NotificationLetter, told: NotificationQuerySet, now: datetime) -> None:
    refused = _refused_in_a_row(letter.user)
    if refused < ATTEMPTS:
        told.update(letter=None, mail_due_at=now + _TRY_AGAIN_AFTER * 2**refused)


def _is_dead(reader: Any) -> bool:
    """Once is no proof: what others wrote may have looked like spam to the server."""
    return _refused_in_a_row(reader) >= REFUSED_IN_A_ROW


def _refused_in_a_row(reader: Any) -> int:
    """How many of the reader's last letters."""
    last = NotificationLetter.objects.filter(user=reader).order_by("-pk")
    states = last.values_list("state", flat=True)[:ATTEMPTS]
    return sum(1 for _ in takewhile(State.REFUSED.__eq__, states))
