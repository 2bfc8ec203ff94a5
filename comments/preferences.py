"""Of what readers hear by mail, and when: what they choose, and what that means for a letter."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from comments.models import Notification, NotificationPreferences
from news.time_zones import instant

Kind = Notification.Kind
Mail = NotificationPreferences.Mail

# Time for several comments to become one letter, and for a moderator to look at them.
PAUSE = timedelta(minutes=10)
_DAY = timedelta(days=1)


def due_at(reader: Any, kind: str, now: datetime) -> datetime | None:
    """When a letter may tell the reader of what happens `now`; None: never."""
    preferences = NotificationPreferences.of(reader)
    match preferences.mode(kind):
        case Mail.SOON:
            return now + PAUSE
        case Mail.DAILY:
            return next_at(reader.zone, preferences.hour, now)
    return None


def next_at(zone: ZoneInfo, hour: int, after: datetime) -> datetime:
    """When it is next `hour` o'clock there; where clocks skip it, the first moment afterwards."""
    today = after.astimezone(zone).date()
    days = (today + _DAY * n for n in (-1, 0, 1, 2))
    moments = (instant(zone, datetime.combine(day, time(hour))) for day in days)
    return min(moment for moment in moments if moment > after)


@transaction.atomic
def choose(reader: Any, chosen: Mapping[str, Any]) -> None:
    """Set fields of the reader's preferences, and plan anew what they have not seen yet."""
    own, _ = NotificationPreferences.objects.update_or_create(user=reader, defaults=chosen)
    reader.notification_preferences = own
    plan_anew(reader)


def stop(reader: Any, kinds: Iterable[str]) -> dict[str, str]:
    """No letters of these kinds any more. Returns how each was before."""
    preferences = NotificationPreferences.of(reader)
    before = {kind: preferences.mode(kind) for kind in kinds}
    choose(reader, dict.fromkeys(before, Mail.OFF))
    return before


def plan_anew(reader: Any) -> None:
    """After a change of what, how often or where the reader lives."""
    now = timezone.now()
    untold = Notification.objects.unseen().filter(user=reader, letter=None)
    for kind in Kind:
        untold.filter(kind=kind).update(mail_due_at=due_at(reader, kind, now))
