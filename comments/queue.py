"""What waits for a moderator, with all that is needed to decide.

A comment waits while it is held, or while a report of it is open. That is asked of the rows each
time: nothing is kept in step, so nothing can be forgotten in the queue.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth.models import AbstractUser
from django.db.models import Count, Prefetch
from django.http import QueryDict
from django.utils import timezone

from comments.models import Comment, CommentQuerySet, CommentReport, Discussion, ModerationEvent
from comments.moderators import Reach
from news.models import Article
from news.paging import KeysetPage, keyset_page

CASES_ON_A_PAGE = 20
ORDER = ("pk",)  # who waits longest comes first

_STATUS = Comment.Status
_LATELY = timedelta(hours=12)


@dataclass(frozen=True)
class History:
    """What became of everything that a reader has written."""

    visible: int = 0
    pending: int = 0
    hidden: int = 0
    spam: int = 0
    deleted: int = 0


@dataclass
class Case:
    """A comment with what speaks for it and against it."""

    comment: Comment
    is_mine_to_decide: bool
    history: History = History()
    reports: list[CommentReport] = field(default_factory=list)
    # Why it was held, where it was.
    hold: ModerationEvent | None = None


def waiting(kind: str = "") -> CommentQuerySet:
    """Comments that wait for a decision: all, or those "held", or those "reported"."""
    held = Comment.objects.filter(status=_STATUS.PENDING).order_by()
    reported = Comment.objects.filter(
        status=_STATUS.VISIBLE, pk__in=CommentReport.objects.filter(is_open=True).values("comment")
    ).order_by()
    some = {"held": held, "reported": reported}.get(kind)
    if some is not None:
        return some
    return Comment.objects.filter(pk__in=held.values("pk").union(reported.values("pk")))


def cases_page(moderator: AbstractUser, query: QueryDict) -> tuple[list[Case], KeysetPage[Comment]]:
    """The page of the queue that `query` asks for. The number of queries is always the same."""
    comments = in_context(waiting(query.get("show", "")))
    page = keyset_page(comments, ORDER, query, CASES_ON_A_PAGE)
    return cases(page.items, moderator), page


def in_context(comments: CommentQuerySet) -> CommentQuerySet:
    """With authors, what they answer, and where they stand."""
    return comments.select_related("author", "parent__author").prefetch_related(
        Prefetch("discussion", Discussion.objects.all()),
        Prefetch("discussion__article", Article.objects.in_language()),
    )


def cases(comments: list[Comment], moderator: AbstractUser) -> list[Case]:
    reach = Reach(moderator)
    histories = _histories({comment.author_id for comment in comments if comment.author_id})
    reports = _reports(comments)
    holds = _holds(comments)
    return [
        Case(
            comment,
            reach.has_comments_of(comment.author_id),
            histories.get(comment.author_id or 0, History()),
            reports[comment.pk],
            holds.get(comment.pk),
        )
        for comment in comments
    ]


def last_act(moderator: AbstractUser) -> ModerationEvent | None:
    """What they did last, if it was lately and can be undone."""
    since = timezone.now() - _LATELY
    events = ModerationEvent.objects.standing().filter(moderator=moderator.pk, created_at__gt=since)
    return events.in_context().order_by("-pk").first()


def history_of(user_id: int) -> History:
    return _histories([user_id]).get(user_id, History())


def _histories(author_ids: Iterable[int]) -> dict[int, History]:
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    written = Comment.objects.filter(author__in=author_ids).order_by()
    for author_id, status, count in written.values_list("author", "status").annotate(Count("pk")):
        counts[author_id][status] = count
    return {author_id: History(**statuses) for author_id, statuses in counts.items()}


def _reports(comments: Iterable[Comment]) -> dict[int, list[CommentReport]]:
    open_ones = CommentReport.objects.filter(comment__in=comments, is_open=True).order_by("pk")
    reports = defaultdict(list)
    for report in open_ones.select_related("reporter"):
        reports[report.comment_id].append(report)
    return reports


def _holds(comments: Iterable[Comment]) -> dict[int, ModerationEvent]:
    """The newest event that held each, where it is held."""
    held = [comment for comment in comments if comment.status == _STATUS.PENDING]
    events = ModerationEvent.objects.filter(comment__in=held, action=ModerationEvent.Action.HOLD)
    newest = events.order_by("pk").select_related("moderator")
    return {event.comment_id: event for event in newest if event.comment_id}
