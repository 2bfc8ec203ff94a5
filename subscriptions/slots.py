"""When a subscriber's digests are due. Pure functions of the subscription's schedule."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from news.time_zones import instant
from subscriptions.models import Subscription

_DAY = timedelta(days=1)
# Two weeks, for the Friday that Samoa left out when it crossed the date line.
_DAYS_TO_LOOK = 16


class Slot(NamedTuple):
    """`at` (UTC) is the moment; `day` the subscriber's own calendar day that it belongs to.

    They differ where clocks jump over midnight: 23:30 of a day that ends at 23:00 falls on the
    first moment of the next day, and is still the slot of the day before.
    """

    day: date
    at: datetime


def next_slot(subscription: Subscription, after: datetime) -> Slot:
    """The first slot later than `after`."""
    start = after.astimezone(subscription.zone).date() - _DAY
    days = (start + _DAY * n for n in range(_DAYS_TO_LOOK + 1))
    return next(slot for slot in _slots(subscription, days) if slot.at > after)


def previous_slot(subscription: Subscription, until: datetime) -> Slot:
    """The last slot not later than `until`."""
    start = until.astimezone(subscription.zone).date()
    days = (start - _DAY * n for n in range(_DAYS_TO_LOOK + 1))
    return next(slot for slot in _slots(subscription, days) if slot.at <= until)


def day_of(subscription: Subscription, at: datetime) -> date:
    """The calendar day of the slot at `at`; of `at` itself where no slot is."""
    day = at.astimezone(subscription.zone).date()
    return next((slot.day for slot in _slots(subscription, [day - _DAY]) if slot.at == at), day)


def _slots(subscription: Subscription, days: Iterator[date] | list[date]) -> Iterator[Slot]:
    zone = subscription.zone
    for day in days:
        if day.weekday() in subscription.weekdays:
            at = instant(zone, datetime.combine(day, subscription.local_time))
            if at.astimezone(zone).date() == day or _exists(zone, day):
                yield Slot(day, at)


def _exists(zone: ZoneInfo, day: date) -> bool:
    """False for a day that the zone has left out, such as 30 December 2011 in Samoa."""
    midnight = instant(zone, datetime.combine(day, time.min))
    return midnight.astimezone(zone).date() == day
