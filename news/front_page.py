"""What stands on the front page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, When

from news.models import Article, ArticleQuerySet, Rubric

_PER_RUBRIC = 4
_ON_TOP = 4  # the lead and three beside it


@dataclass(frozen=True)
class FrontPage:
    """`lead` is None on an empty site; `sections` are (rubric, articles), none of them empty."""

    lead: Article | None
    seconds: list[Article]
    sections: Sequence[tuple[Rubric, list[Article]]]


def front_page() -> FrontPage:
    """Pinned articles lead, the newest fill up, rubrics follow. Three queries."""
    newest = Article.objects.published().newest_first()
    top_ids = _top_ids(newest)
    rubrics = Rubric.objects.annotate(
        newest_ids=ArraySubquery(
            newest.filter(rubric=OuterRef("pk")).values("pk")[: _PER_RUBRIC + len(top_ids)]
        )
    )
    wanted = {rubric: [pk for pk in rubric.newest_ids if pk not in top_ids] for rubric in rubrics}
    ids = {*top_ids, *(pk for pks in wanted.values() for pk in pks[:_PER_RUBRIC])}
    articles = Article.objects.for_cards().in_bulk(ids)
    top = [articles[pk] for pk in top_ids]
    sections = [
        (rubric, [articles[pk] for pk in pks[:_PER_RUBRIC]])
        for rubric, pks in wanted.items()
        if pks
    ]
    return FrontPage(lead=top[0] if top else None, seconds=top[1:], sections=sections)


def _top_ids(newest: ArticleQuerySet) -> list[int]:
    """Candidates by two indexes, a handful of each; sorting all by being pinned would read all."""
    place, date = F("pin_position").asc(nulls_last=True), ("-published_at", "-pk")
    pinned = newest.filter(is_pinned=True).order_by(place, *date)
    candidates = pinned.values("pk")[:_ON_TOP].union(newest.values("pk")[:_ON_TOP])
    place_if_pinned = Case(When(is_pinned=True, then=F("pin_position"))).asc(nulls_last=True)
    top = newest.filter(pk__in=candidates).order_by("-is_pinned", place_if_pinned, *date)
    return list(top.values_list("pk", flat=True)[:_ON_TOP])
