"""The digest's figures day by day: counted into rows while they are cheap to count, then drawn.

Whatever was deleted since (subscribers who erased themselves) stays counted; nothing else of them
does.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from news.day import day_of, start_of
from subscriptions import clock
from subscriptions.models import BounceEvent, ConsentEvent, Delivery, DigestDay, Subscription

_COUNT_EVERY = timedelta(minutes=30)
_DAY = timedelta(days=1)
# No delivery of an edition ends later than this after its cut, but by hand.
_EDITIONS_LAST = timedelta(days=3)


def count_days(now: datetime | None = None) -> None:
    """Bring today's row up to date, from time to time; and yesterday's once the day is over."""
    now = now or clock.now()
    today = day_of(now)
    counted = dict(DigestDay.objects.filter(day__gte=today - _DAY).values_list("day", "counted_at"))
    if today - _DAY in counted and counted[today - _DAY] < start_of(today):
        _count(today - _DAY, now)
    if today not in counted or counted[today] < now - _COUNT_EVERY:
        _count(today, now)


def days(number: int, today: date) -> list[DigestDay]:
    """The last ones that were counted, the oldest first."""
    first = today - timedelta(days=number - 1)
    return list(DigestDay.objects.filter(day__gte=first, day__lte=today).order_by("day"))


@dataclass(frozen=True)
class Bar:
    """A day in a chart, in the units of its view box. `level` counts from below."""

    day: date
    x: float
    width: float
    height: float
    top: float
    value: int


@dataclass(frozen=True)
class Chart:
    """One column of `days` as bars: `most` is what the tallest stands for."""

    WIDTH, HEIGHT = 600, 120

    name: str
    title: str
    bars: list[Bar]
    most: int
    last: int


def chart(name: str, title: str, rows: list[DigestDay], number: int, today: date) -> Chart:
    """A place for each of `number` days; those that were not counted stay empty."""
    values = {row.day: getattr(row, name) for row in rows}
    most = max([*values.values(), 1])
    step = Chart.WIDTH / number
    bars = []
    for day, value in values.items():
        x = Chart.WIDTH - ((today - day).days + 1) * step
        height = round(Chart.HEIGHT * value / most, 1)
        bars.append(
            Bar(day, round(x, 1), round(step * 0.8, 1), height, Chart.HEIGHT - height, value)
        )
    return Chart(name, title, bars, most, getattr(rows[-1], name) if rows else 0)


def _count(day: date, now: datetime) -> None:
    """The number of subscribers is that of the moment: yesterday's stays as it was last counted."""
    start, end = start_of(day), start_of(day + _DAY)
    figures = _consents(start, end) | _deliveries(start, end) | _bounces(start, end)
    figures["counted_at"] = now
    if end > now:
        figures["active"] = Subscription.objects.active().count()
    DigestDay.objects.update_or_create(day=day, defaults=figures)


def _consents(start: datetime, end: datetime) -> dict[str, object]:
    events = ConsentEvent.objects.filter(created_at__gte=start, created_at__lt=end)
    return events.aggregate(
        joined=Count("pk", filter=Q(action=ConsentEvent.Action.CONFIRMED)),
        left=Count("pk", filter=Q(action=ConsentEvent.Action.UNSUBSCRIBED)),
    )


def _deliveries(start: datetime, end: datetime) -> dict[str, object]:
    ended = Delivery.objects.filter(
        edition__cut_at__gte=start - _EDITIONS_LAST,
        edition__cut_at__lt=end,
        finished_at__gte=start,
        finished_at__lt=end,
    )
    states = (Delivery.State.SENT, Delivery.State.FAILED, Delivery.State.UNCERTAIN)
    counts = {str(state): Count("pk", filter=Q(state=state)) for state in states}
    return ended.aggregate(**counts)


def _bounces(start: datetime, end: datetime) -> dict[str, object]:
    events = BounceEvent.objects.filter(happened_at__gte=start, happened_at__lt=end)
    kinds = BounceEvent.Kind
    return events.aggregate(
        bounced=Count("pk", filter=Q(kind__in=[kinds.HARD, kinds.SOFT])),
        complained=Count("pk", filter=Q(kind=kinds.COMPLAINT)),
    )
