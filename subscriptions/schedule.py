"""A subscriber's place in time: what was covered, what comes next. Sets fields, doesn't save."""

from datetime import datetime, time, timedelta

from subscriptions.models import Subscription
from subscriptions.slots import next_slot, previous_slot

# A reader who changes zone or hour gets no two digests closer than this.
APART = timedelta(hours=18)


def rule(subscription: Subscription) -> tuple[str, time, list[int]]:
    """What its slots follow from: while this is the same, so are they."""
    return subscription.time_zone, subscription.local_time, sorted(subscription.weekdays)


def start(subscription: Subscription, now: datetime) -> None:
    """Make it active: from its next slot on, with what was published since its last one.

    Starting at a slot rather than now lets newcomers share the edition of everybody else.
    """
    since = previous_slot(subscription, now).at
    subscription.covered_until = max(subscription.covered_until or since, since)
    subscription.status = Subscription.Status.ACTIVE
    reschedule(subscription, now)


def reschedule(subscription: Subscription, now: datetime) -> None:
    """Set the next slot, after its zone, hour or weekdays have changed."""
    last = subscription.deliveries.order_by("-local_date").values_list("edition__cut_at").first()
    after = max(now, last[0] + APART) if last else now
    subscription.next_due_at = next_slot(subscription, after).at
