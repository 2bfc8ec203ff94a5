"""What leads through the news on every page: the rubrics, and what is read most."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import get_language

from news.memory import remembered
from news.models import Article, Rubric, Source

_LATELY = timedelta(days=30)
_COUNT = 5


def rubrics() -> list[Rubric]:
    return remembered("rubrics", 3600, lambda: list(Rubric.objects.all()))


def sources() -> list[Source]:
    return remembered("sources", 3600, lambda: list(Source.objects.all()))


def most_read() -> list[Article]:
    """Of the last month, as of a minute ago: views come in all the time, their order stays."""
    return remembered(f"most-read:{get_language()}", 60, _find_most_read)


def _find_most_read() -> list[Article]:
    articles = Article.objects.published().in_language()
    lately = articles.filter(published_at__gte=timezone.now() - _LATELY)
    return list(lately.order_by("-views", "-pk")[:_COUNT])
