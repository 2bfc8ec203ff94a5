"""Digests that were sent, as pages for everybody: one a day in each language, with all topics.

Subscribers of one day share several editions, by their hours and zones. On the web is that of the
hour at which new subscribers get theirs, by the clock of the site; where there was none at that
hour, once the day is over, the one that went to most. Only what is public now is ever shown: of an
article that was taken back the page tells nothing, unlike the letters that have left.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count

from news import generations
from news.day import day_of
from news.models import Article
from news.time_zones import instant
from subscriptions import clock
from subscriptions.models import Delivery, Edition, EditionItem, EditorsNote, Subscription

logger = logging.getLogger(__name__)

_LOOK_BACK = timedelta(days=7)


@dataclass
class PastDigest:
    edition: Edition
    note: str  # of the editors, or empty
    articles: list[Article] = field(default_factory=list)

    @property
    def day(self) -> date:
        assert self.edition.shown_on
        return self.edition.shown_on


def put_up(now: datetime | None = None) -> None:
    """Give each day of the last week the digest that it is to have on the web, once it is sent."""
    now = now or clock.now()
    for (language, day), editions in _without_a_page(now).items():
        if chosen := _chosen(editions, day, now):
            show(chosen, language, day)


def show(edition_id: int, language: str, day: date) -> None:
    """Make it the digest of the day, unless the day has one."""
    try:
        with transaction.atomic():
            Edition.objects.filter(pk=edition_id).update(shown_on=day)
            generations.bump(generations.NEWS)
    except IntegrityError:
        logger.info("the digest of %s in %s is shown already", day, language)


def usual_cut(day: date) -> datetime:
    """The hour at which new subscribers get theirs, by the clock of the site."""
    hour = Subscription._meta.get_field("local_time").get_default()
    return instant(ZoneInfo(settings.TIME_ZONE), datetime.combine(day, hour))


def with_articles(editions: Iterable[Edition]) -> list[PastDigest]:
    """Of `editions` in one language what is public of them, in three queries."""
    editions = list(editions)
    language = editions[0].language if editions else None
    days = [edition.shown_on for edition in editions if edition.shown_on]
    notes = EditorsNote.objects.filter(language=language, day__in=days)
    by_day: dict[date | None, str] = dict(notes.values_list("day", "text"))
    digests = {each.pk: PastDigest(each, by_day.get(each.shown_on, "")) for each in editions}
    items = list(
        EditionItem.objects.filter(edition__in=digests)
        .order_by("edition", "position")
        .values_list("edition", "article")
    )
    public = Article.objects.published().for_cards(language)
    articles = public.in_bulk({article_id for _edition, article_id in items})
    for edition_id, article_id in items:
        if article_id in articles:
            digests[edition_id].articles.append(articles[article_id])
    return list(digests.values())


def _without_a_page(now: datetime) -> dict[tuple[str, date], list[Edition]]:
    """What was sent with all topics, by language and day, where none of it is shown yet."""
    lately = Edition.objects.filter(topics="", cut_at__gt=now - _LOOK_BACK).defer("message")
    by_day = defaultdict(list)
    for edition in lately.filter(state=Edition.State.DONE, shown_on=None):
        by_day[edition.language, day_of(edition.cut_at)].append(edition)
    shown = Edition.objects.filter(shown_on__in={day for _language, day in by_day})
    for edition in shown.defer("message"):
        if edition.shown_on:
            by_day.pop((edition.language, edition.shown_on), None)
    return by_day


def _chosen(editions: list[Edition], day: date, now: datetime) -> int | None:
    """That of the usual hour; else, once the day is over, that of most readers. None: not yet."""
    of_usual_hour = [edition for edition in editions if edition.cut_at == usual_cut(day)]
    candidates = of_usual_hour or (editions if day < day_of(now) else [])
    sent = Delivery.objects.filter(edition__in=candidates, state=Delivery.State.SENT)
    by_number = sent.values("edition").annotate(n=Count("pk")).order_by("-n", "edition")
    return by_number.values_list("edition", flat=True).first()
