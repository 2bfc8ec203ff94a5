"""The public figures of moderation, month by month."""

from datetime import date, datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from comments.models import Appeal, Comment, ModerationEvent, MonthlyCount

Action = ModerationEvent.Action

_COUNTED_EVERY = timedelta(hours=1)


def count_due(now: datetime | None = None) -> int:
    """Count the months that have gone on since they were counted; returns how many. Twice is once.

    That is this month once an hour, the one before until it is over for good, and any that was
    never counted.
    """
    now = now or timezone.now()
    counted = dict(MonthlyCount.objects.values_list("month", "counted_at"))
    due = [
        month
        for month in _months_until(now)
        if month not in counted or _is_old(month, counted[month], now)
    ]
    for month in due:
        count(month, now)
    return len(due)


def _months_until(now: datetime) -> list[date]:
    """Since the first comment, the newest last."""
    first = Comment.objects.order_by("pk").values_list("created_at", flat=True).first()
    if first is None:
        return []
    month, months = _month_of(first), []
    while month <= _month_of(now):
        months.append(month)
        month = _after(month)
    return months


def _month_of(moment: datetime) -> date:
    return timezone.localtime(moment, timezone.get_default_timezone()).date().replace(day=1)


def _after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _is_old(month: date, counted_at: datetime, now: datetime) -> bool:
    is_over = counted_at >= _start(_after(month))
    return not is_over and counted_at <= now - _COUNTED_EVERY


def _start(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=timezone.get_default_timezone())


def count(month: date, now: datetime) -> None:
    """What was taken back by then was never done."""
    span = (_start(month), _start(_after(month)))
    events = ModerationEvent.objects.filter(created_at__range=span, undone_by=None)
    hidden = events.filter(action__in=[Action.HIDE, Action.SPAM]).values_list("reason")
    appeals = Appeal.objects.filter(created_at__range=span)
    MonthlyCount.objects.update_or_create(
        month=month,
        defaults={
            "comments": Comment.objects.filter(created_at__range=span).count(),
            "held": events.filter(action=Action.HOLD).count(),
            "hidden": dict(hidden.annotate(Count("pk")).order_by("reason")),
            "appeals": appeals.count(),
            "restored": appeals.filter(is_granted=True).count(),
            "bans": events.filter(action=Action.BAN).count(),
            "counted_at": now,
        },
    )
