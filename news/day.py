"""What was published on one day of the site's calendar."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.utils import timezone

from news.models import Article, ArticleQuerySet

# Beyond these no calendar of news reaches.
YEARS = range(1600, 2200)


def start_of(day: date) -> datetime:
    """Midnight in the time zone of the site, whatever that of the reader: days are addresses."""
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def day_of(moment: datetime) -> date:
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


@dataclass(frozen=True)
class Day:
    on: date

    @cached_property
    def articles(self) -> ArticleQuerySet:
        start, end = start_of(self.on), start_of(self.on + timedelta(days=1))
        return Article.objects.published().filter(published_at__gte=start, published_at__lt=end)

    @property
    def is_among_others(self) -> bool:
        """Whether something was published before, and it isn't still to come."""
        return self.previous is not None and self.on <= day_of(timezone.now())

    @cached_property
    def previous(self) -> date | None:
        """The day before with articles."""
        older = Article.objects.published().filter(published_at__lt=start_of(self.on))
        return _day_of_first(older.order_by("-published_at"))

    @cached_property
    def next(self) -> date | None:
        end = start_of(self.on + timedelta(days=1))
        newer = Article.objects.published().filter(published_at__gte=end)
        return _day_of_first(newer.order_by("published_at"))


def _day_of_first(articles: ArticleQuerySet) -> date | None:
    moment = articles.values_list("published_at", flat=True).first()
    return day_of(moment) if moment else None
