"""Subscribers who agreed elsewhere come in, from a file, with the evidence of their consent.

The file's lines become rows at once. A worker decides on a few hundred at a time, each batch in one
transaction: killed, it leaves a batch as it was, and whoever comes next goes on. Nobody who has
left, was suppressed or is subscribed here is touched.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from datetime import time as clock_time
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from news.time_zones import time_zones
from subscriptions import subscriber_file
from subscriptions.addresses import SubscriberField
from subscriptions.models import (
    ConsentEvent,
    ImportLine,
    SubscriberImport,
    Subscription,
    Suppression,
)
from subscriptions.slots import next_slot, previous_slot

BATCH = 500
TURN = 5  # seconds; then other tasks of the worker have their turn
REFUSALS_STAY = timedelta(days=30)

Status = Subscription.Status
Outcome = ImportLine.Outcome

_LANGUAGES = dict(settings.LANGUAGES)


def begin(source: SubscriberImport, file: IO[bytes], encoding: str) -> None:
    """Save the import with all lines of the file, or nothing. Raises subscriber_file.Unreadable."""
    with transaction.atomic():
        source.save()
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for line in subscriber_file.read(file, encoding):
                copy.write_row((source.pk, *line, "", ""))
        source.total = source.lines.count()
        source.save(update_fields=["total"])


_COPY = """
    COPY subscriptions_importline
        (source_id, number, email, language, time_zone, local_time, agreed, outcome, problem)
    FROM STDIN
"""


def unfinished() -> list[int]:
    return list(SubscriberImport.objects.filter(finished_at=None).values_list("pk", flat=True))


def go_on(import_id: int) -> bool:
    """Decide on what waits, for one turn; True when there is more and nobody else is at it."""
    end = time.monotonic() + TURN
    while more := _decide_batch(import_id):
        if time.monotonic() > end:
            break
    return more


def forget(now: datetime | None = None) -> None:
    """Refused lines are kept for a month: long enough to mend the file."""
    past = (now or timezone.now()) - REFUSALS_STAY
    ImportLine.objects.filter(source__finished_at__lte=past).delete()


def _decide_batch(import_id: int) -> bool:
    with transaction.atomic():
        rows = SubscriberImport.objects.select_for_update(skip_locked=True)
        source = rows.filter(pk=import_id, finished_at=None).first()
        if source is None:
            return False
        lines = list(source.lines.waiting().order_by("number")[:BATCH])
        Batch(source, lines).decide()
        if len(lines) < BATCH:
            source.finished_at = timezone.now()
            source.save(update_fields=["finished_at"])
            return False
    return True


class Batch:
    """Some lines of an import, read together so that they cost a few queries."""

    def __init__(self, source: SubscriberImport, lines: list[ImportLine]) -> None:
        self._source, self._lines = source, lines
        self._now = timezone.now()

    def decide(self) -> None:
        by_email = self._valid()
        there = Subscription.objects.select_for_update().filter(email__in=by_email)
        known = {subscription.email: subscription for subscription in there}
        suppressed = Suppression.objects.all().among(by_email)
        taken = []
        for email, line in by_email.items():
            if outcome := _reason_against(email, known, suppressed):
                line.outcome = outcome
            else:
                taken.append(line)
        self._take(taken, known)
        refused = [line for line in self._lines if line.outcome]
        ImportLine.objects.bulk_update(refused, ["outcome", "problem"])

    def _valid(self) -> dict[str, ImportLine]:
        """By address in its normal form; the others are marked."""
        by_email: dict[str, ImportLine] = {}
        with override(settings.LANGUAGE_CODE):
            for line in self._lines:
                try:
                    email = SubscriberField().clean(line.email)
                    _check(line)
                except ValidationError as error:
                    line.outcome = Outcome.INVALID
                    line.problem = " ".join(error.messages)[:200]
                else:
                    line.email = email
                    if by_email.setdefault(email, line) is not line:
                        line.outcome = Outcome.DUPLICATE
        return by_email

    def _take(self, lines: list[ImportLine], known: dict[str, Subscription]) -> None:
        subscriptions = [self._subscription(line, known.get(line.email)) for line in lines]
        new = [each for each in subscriptions if each.pk is None]
        Subscription.objects.bulk_create(new)
        waited = [each for each in subscriptions if each.email in known]
        Subscription.objects.bulk_update(waited, _FIELDS)
        ConsentEvent.objects.bulk_create(self._consents(lines, subscriptions))
        ImportLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
        SubscriberImport.objects.filter(pk=self._source.pk).update(
            imported=F("imported") + len(lines)
        )

    def _subscription(self, line: ImportLine, waiting: Subscription | None) -> Subscription:
        """Active from its next slot on, like somebody who has confirmed just now."""
        subscription = waiting or Subscription(email=line.email)
        subscription.language = line.language.lower() or self._source.language
        subscription.time_zone = line.time_zone or self._source.time_zone
        subscription.local_time = _time(line.local_time) or subscription.local_time
        subscription.status = Status.ACTIVE
        subscription.letter_due_at = None
        subscription.covered_until = previous_slot(subscription, self._now).at
        subscription.next_due_at = next_slot(subscription, self._now).at
        return subscription

    def _consents(
        self, lines: Iterable[ImportLine], subscriptions: Iterable[Subscription]
    ) -> Iterator[ConsentEvent]:
        for line, subscription in zip(lines, subscriptions, strict=True):
            evidence = f"{self._source.evidence}\n{line.agreed}".strip()
            yield ConsentEvent(
                subscription=subscription,
                action=ConsentEvent.Action.CONFIRMED,
                text=evidence,
                language=subscription.language,
                origin=f"import {self._source.pk}, line {line.number}",
            )


_FIELDS = ["language", "time_zone", "local_time", "status", "letter_due_at"]
_FIELDS += ["covered_until", "next_due_at"]


def _reason_against(email: str, known: dict[str, Subscription], suppressed: set[str]) -> str:
    """Why the address is left alone; empty when it may come in."""
    status = known[email].status if email in known else Status.PENDING
    if email in suppressed or status == Status.SUPPRESSED:
        return Outcome.SUPPRESSED
    if status == Status.UNSUBSCRIBED:
        return Outcome.UNSUBSCRIBED
    return "" if status == Status.PENDING else Outcome.DUPLICATE


def _check(line: ImportLine) -> None:
    """Its other columns. Raises ValidationError."""
    if line.language and line.language.lower() not in _LANGUAGES:
        raise ValidationError(_("There is no digest in “%(it)s”.") % {"it": line.language})
    if line.time_zone and line.time_zone not in time_zones():
        words = _("There is no time zone called “%(value)s”.") % {"value": line.time_zone}
        raise ValidationError(words)
    _time(line.local_time)


def _time(written: str) -> clock_time | None:
    """ "8", "08:00" or "08:00:00". Raises ValidationError."""
    if not written:
        return None
    hour = written.zfill(2) if written.isdecimal() else written.zfill(5)
    try:
        return clock_time.fromisoformat(hour).replace(tzinfo=None)
    except ValueError:
        raise ValidationError(_("There is no time “%(it)s”.") % {"it": written}) from None
