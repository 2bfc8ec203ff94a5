"""What an author is told: what was done, to which comments, by which rule, how to appeal."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import translation

from comments.appeal_links import appeal_url
from comments.models import Ban, Comment, Discussion, ModerationEvent, Notice
from news.models import Article

Action = ModerationEvent.Action

_APPEALABLE = {Action.HIDE, Action.SPAM, Action.BAN, Action.WARN}
_QUOTED = 3  # of the comments that one act was done to


@dataclass
class Part:
    """What an act did of one kind: to `count` comments, the first of which are quoted."""

    count: int = 0
    comments: list[Comment] = field(default_factory=list)


@dataclass
class Section:
    """One act. Its parts by what was done or, where `is_undo`, taken back."""

    is_undo: bool
    reason: str
    note: str
    appeal_url: str = ""
    until: datetime | None = None
    parts: dict[str, Part] = field(default_factory=dict)


def sections_of(author: Any, notices: Iterable[Notice], language: str = "") -> list[Section]:
    """A section for each act that still stands, in the author's language if in no other."""
    language = language or author.language
    by_act = {notice.act: notice for notice in notices}
    sections: dict[Any, Section] = {}
    with translation.override(language):
        for event in _events(author, list(by_act), language):
            section = sections.setdefault(event.act, _section(event))
            if event.action in _APPEALABLE:
                section.appeal_url = appeal_url(by_act[event.act], author.language)
            if event.action == Action.BAN:
                section.until = Ban.objects.values_list("until", flat=True).get(
                    pk=event.before["ban"]
                )
            _add(event, section)
    return list(sections.values())


def comments_of(notice: Notice) -> list[Comment]:
    """What the act was about, the first of it; with its articles in the author's language."""
    events = ModerationEvent.objects.filter(act=notice.act, subject=notice.author_id)
    about = _in_context(events.filter(comment__isnull=False), notice.author.language)
    return [event.comment for event in about[:_QUOTED] if event.comment]


def _events(author: Any, acts: list[Any], language: str) -> Iterable[ModerationEvent]:
    events = ModerationEvent.objects.filter(act__in=acts, subject=author.pk, undone_by=None)
    return _in_context(events, language)


def _in_context(events: QuerySet[ModerationEvent], language: str) -> QuerySet[ModerationEvent]:
    articles = Article.objects.in_language(language)
    return (
        events.select_related("comment", "undoes")
        .prefetch_related(
            Prefetch("comment__discussion", Discussion.objects.all()),
            Prefetch("comment__discussion__article", articles),
        )
        .order_by("pk")
    )


def _section(event: ModerationEvent) -> Section:
    return Section(event.undoes is not None, str(event.get_reason_display()), event.note)


def _add(event: ModerationEvent, section: Section) -> None:
    part = section.parts.setdefault(event.undoes.action if event.undoes else event.action, Part())
    part.count += 1
    if event.comment and len(part.comments) < _QUOTED:
        part.comments.append(event.comment)
