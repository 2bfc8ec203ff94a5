"""What stands on the front page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from news.models import Article, ArticleQuerySet, Rubric

_PER_RUBRIC = 4
ON_TOP = 4  # the lead and three beside it


@dataclass(frozen=True)
class FrontPage:
    """`lead` is None on an empty site; `sections` are (rubric, articles), none of them empty.

    `until`: when the first of the pins that it shows runs out.
    """

    lead: Article | None
    seconds: list[Article]
    sections: Sequence[tuple[Rubric, list[Article]]]
    until: datetime | None


def front_page() -> FrontPage:
    """Pinned articles lead, the newest fill up, rubrics follow. Three queries."""
    newest = Article.objects.published().newest_first()
    top_ids, until = _top_ids(newest)
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
    return FrontPage(top[0] if top else None, top[1:], sections, until)


def _top_ids(newest: ArticleQuerySet) -> tuple[list[int], datetime | None]:
    """Candidates by two indexes, a handful of each; sorting all by being pinned would read all.

    With when the first of their pins runs out.
    """
    pinned = Article.objects.pinned().values("pk")[:ON_TOP]
    candidates: Any = newest.filter(pk__in=pinned.union(newest.values("pk")[:ON_TOP]))
    top = candidates.pinned_first("-published_at", "-pk").with_pin()
    rows = list(top.values_list("pk", "pin_ends_at")[:ON_TOP])
    return [pk for pk, _ends in rows], min((ends for _pk, ends in rows if ends), default=None)
