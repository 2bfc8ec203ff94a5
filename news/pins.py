"""What editors pin to the front page, in which order, and for how long.

A pin that has run out is none any more (`ArticleQuerySet.pinned`); its row is put in order by
whoever changes pins next.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from news import generations
from news.models import Article, ArticleQuerySet, TransitionRefused
from news.models.article_rows import PINNED

MOST = 20
_PINNABLE = (Article.State.SCHEDULED, Article.State.PUBLISHED)


def held() -> ArticleQuerySet:
    """In their order: what is pinned now, and what will be once it is published."""
    pins: ArticleQuerySet = Article.objects.filter(PINNED, state__in=_PINNABLE)
    return pins.pinned_first("-published_at", "-pk")


@transaction.atomic
def pin(number: int, until: datetime | None = None) -> Article:
    """Pin an article before all others, or change for how long it is. Raises TransitionRefused."""
    order = _locked()
    article = Article.objects.filter(pk=number, state__in=_PINNABLE).in_language().first()
    if article is None:
        raise TransitionRefused(_("No article with this number is published or scheduled."))
    if number not in order:
        if len(order) >= MOST:
            raise TransitionRefused(_("So much is pinned that no reader would see this one."))
        order.insert(0, number)
    Article.objects.filter(pk=number).update(is_pinned=True, pinned_until=until)
    _write(order)
    return article


@transaction.atomic
def unpin(number: int) -> None:
    _write([pk for pk in _locked() if pk != number])


@transaction.atomic
def move(number: int, step: int) -> None:
    """Up by -1, down by 1; beyond the ends nothing moves."""
    order = _locked()
    if number in order:
        here = order.index(number)
        there = min(max(here + step, 0), len(order) - 1)
        order.insert(there, order.pop(here))
        _write(order)


@transaction.atomic
def arrange(wanted: list[int]) -> None:
    """In this order; what somebody has pinned meanwhile follows."""
    places = {number: place for place, number in enumerate(wanted)}
    _write(sorted(_locked(), key=lambda number: places.get(number, len(places))))


def _locked() -> list[int]:
    """The numbers of what is pinned, in order; nobody else changes pins meanwhile."""
    rows = Article.objects.filter(is_pinned=True).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))
    return list(held().values_list("pk", flat=True))


def _write(order: list[int]) -> None:
    stale = Article.objects.filter(is_pinned=True).exclude(pk__in=order)
    stale.update(is_pinned=False, pin_position=None, pinned_until=None)
    rows = [Article(pk=number, pin_position=place) for place, number in enumerate(order, 1)]
    Article.objects.bulk_update(rows, ["pin_position"])
    generations.bump(generations.NEWS)
