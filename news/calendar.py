"""What comes out and came out, day by day of a month, in the time zone of who looks."""

from calendar import MONDAY, Calendar
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, When, Window
from django.db.models.functions import Greatest, RowNumber, TruncDate
from django.utils import timezone

from news.day import YEARS
from news.models import Article

MOST_IN_A_DAY = 8


@dataclass(frozen=True)
class CalendarDay:
    """`articles` are the first of the `count` that there are."""

    on: date
    is_in_month: bool
    articles: list[Any] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.articles[0].in_day if self.articles else 0

    @property
    def is_today(self) -> bool:
        return self.on == timezone.localdate()


@dataclass(frozen=True)
class Month:
    first: date

    @classmethod
    def named(cls, name: str) -> "Month":
        """ "2026-11"; what names none is the present one."""
        day = day_named(f"{name}-01")
        return cls((day or timezone.localdate()).replace(day=1))

    @property
    def previous(self) -> str:
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def next(self) -> str:
        return f"{self._end:%Y-%m}"

    @property
    def _end(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)

    def weeks(self) -> list[list[CalendarDay]]:
        """From Monday to Sunday. One query, whatever there is."""
        by_day = defaultdict(list)
        for article in self._articles():
            by_day[article.day].append(article)
        weeks = Calendar(MONDAY).monthdatescalendar(self.first.year, self.first.month)
        return [
            [CalendarDay(day, day.month == self.first.month, by_day[day]) for day in week]
            for week in weeks
        ]

    def _articles(self) -> QuerySet[Any]:
        """What is still to come out stands first in its day: there is something to be done yet."""
        day = Window(Count("pk"), partition_by=[F("day")])
        order = [F("state").desc(), F("out_at").asc(), F("pk").asc()]
        place = Window(RowNumber(), partition_by=[F("day")], order_by=order)
        shown = coming_out(self.first, self._end).annotate(day=TruncDate("out_at"))
        shown = shown.annotate(in_day=day, place=place).filter(place__lte=MOST_IN_A_DAY)
        return shown.order_by("day", "place")


def day_named(name: str) -> date | None:
    """ "2026-11-12", if it is a day that news may be of."""
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def coming_out(first: date, end: date) -> QuerySet[Any]:
    """Published and scheduled from `first` to before `end`; each has `out_at`, its hour."""
    since, until = _midnight(first), _midnight(end)
    after_embargo = Greatest("published_at", "embargo_until")
    out_at = Case(When(state=Article.State.SCHEDULED, then=after_embargo), default="published_at")
    published = Q(state=Article.State.PUBLISHED, published_at__gte=since, published_at__lt=until)
    scheduled = Q(state=Article.State.SCHEDULED, out_at__gte=since, out_at__lt=until)
    return Article.objects.annotate(out_at=out_at).filter(published | scheduled).in_language()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())
