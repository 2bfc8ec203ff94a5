"""Who is due, and for which edition. Rows only: nothing here sends anything.

Safe to run twice, late, or side by side with itself. A subscription's row is locked while it is
planned, and the database refuses a second delivery on one local day.
"""

import time
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from news import publishing
from news.models import Article
from subscriptions import clock
from subscriptions.composing import choose_articles
from subscriptions.models import (
    Delivery,
    Edition,
    EditionItem,
    Subscription,
    Suppression,
    message_id_of,
)
from subscriptions.slots import day_of, next_slot
from subscriptions.topics import Topics

BATCH = 500
# Seconds. What is not planned by then is planned by the next tick, and senders begin meanwhile.
TURN = 20
# No slot is further away: a weekly one in Samoa, when it crossed the date line.
FURTHEST = timedelta(days=15)
_DAY = timedelta(days=1)
# A digest later than this is cut at the present, and stands for all that were missed.
LATE = timedelta(hours=6)


class EditionKey(NamedTuple):
    """What makes subscribers share an edition."""

    language: str
    topics: str
    since: datetime
    cut_at: datetime


class Turn(NamedTuple):
    """One subscriber's slot, as it is to be served."""

    subscription: Subscription
    day: date
    key: EditionKey


def plan(now: datetime | None = None) -> int:
    """Queue a delivery for everyone who is due and has something new to read; returns how many."""
    now = now or clock.now()
    _bring_back_the_stray(now)
    if not Subscription.objects.due(now).exists():
        return 0
    _catch_up_with_the_newsroom(now)
    queued, end = 0, time.monotonic() + TURN
    while (planned := _plan_batch(now)) is not None:
        queued += planned
        if time.monotonic() > end:
            break
    return queued


def _bring_back_the_stray(now: datetime) -> None:
    """Whom a clock that was ahead has sent into the future: their next slot is found anew."""
    astray = Subscription.objects.active().filter(next_due_at__gt=now + FURTHEST)
    for subscription in astray.order_by("pk")[:BATCH]:
        slot = next_slot(subscription, now).at
        Subscription.objects.active().filter(pk=subscription.pk).update(next_due_at=slot)


def _catch_up_with_the_newsroom(now: datetime) -> None:
    """Publish what is scheduled up to now, so that an 8:00 article is in the 8:00 digest."""
    while publishing.publish_due(now):
        pass
    with transaction.atomic():  # waits for a sweep that holds some of them
        list(Article.objects.due(now).select_for_update(of=("self",)).values_list("pk"))


def _plan_batch(now: datetime) -> int | None:
    """None when nobody is due, or another planner has them all."""
    with transaction.atomic():
        due = Subscription.objects.due(now).select_for_update(skip_locked=True, of=("self",))
        batch = list(due.order_by("next_due_at").prefetch_related("rubrics", "entities")[:BATCH])
        if not batch:
            return None
        suppressed = Suppression.objects.among(subscription.email for subscription in batch)
        turns = [_turn(each, now) for each in batch if each.email not in suppressed]
        queued = _queue(_without_the_served(turns))
        for each in batch:
            each.next_due_at = next_slot(each, now).at
            if each.email in suppressed:
                each.status, each.next_due_at = Subscription.Status.SUPPRESSED, None
        columns = ["next_due_at", "covered_until", "status"]
        Subscription.objects.bulk_update(batch, columns, batch_size=BATCH)
        return queued


def _turn(subscription: Subscription, now: datetime) -> Turn:
    cut_at = subscription.next_due_at or now
    day = day_of(subscription, cut_at)
    if now - cut_at > LATE:
        cut_at = now.replace(second=0, microsecond=0)  # whole minutes, so that editions are shared
        day = cut_at.astimezone(subscription.zone).date()
    since = subscription.covered_until or cut_at - _DAY
    if since >= cut_at:  # written while a clock was ahead
        since = cut_at - _DAY
    key = EditionKey(subscription.language, Topics.of(subscription).key(), since, cut_at)
    return Turn(subscription, day, key)


def _without_the_served(turns: list[Turn]) -> list[Turn]:
    """Those who have no digest yet on that day of theirs."""
    served = set(
        Delivery.objects.filter(
            subscription__in=[turn.subscription for turn in turns],
            local_date__in={turn.day for turn in turns},
        ).values_list("subscription_id", "local_date")
    )
    return [turn for turn in turns if (turn.subscription.pk, turn.day) not in served]


def _queue(turns: list[Turn]) -> int:
    # Every planner takes editions in the same order, so none can lock each other out.
    editions = {key: edition_of(key) for key in sorted({turn.key for turn in turns})}
    deliveries = []
    for subscription, day, key in turns:
        if edition := editions[key]:
            subscription.covered_until = key.cut_at
            deliveries.append(
                Delivery(
                    subscription=subscription,
                    local_date=day,
                    edition=edition,
                    message_id=message_id_of(subscription.pk, day),
                )
            )
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    return len(deliveries)


def edition_of(key: EditionKey) -> Edition | None:
    """Found or made. None when nothing was published in its time: no news, no mail."""
    if edition := Edition.objects.defer("message").filter(**key._asdict()).first():
        return edition
    articles = choose_articles(key.language, Topics.from_key(key.topics), key.since, key.cut_at)
    if not articles:
        return None
    edition, is_new = Edition.objects.get_or_create(**key._asdict())
    if is_new:
        EditionItem.objects.bulk_create(
            EditionItem(edition=edition, article_id=pk, position=position)
            for position, pk in enumerate(articles, start=1)
        )
    return edition
