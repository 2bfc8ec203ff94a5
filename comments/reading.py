"""Reading a discussion: pages of threads, each with the first of its replies."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comments import reactions
from comments.models import Comment, CommentQuerySet, Discussion
from news.models import Article, ArticleQuerySet
from news.paging import KeysetPage, keyset_page

THREADS_ON_A_PAGE = 20
REPLIES_AT_FIRST = 5  # of each thread; the first ones by age, so their own parents are among them
REPLIES_ON_A_PAGE = 100

Reader = AbstractBaseUser | AnonymousUser

SORTS = {
    "newest": (_("newest"), ("-seq",)),
    "oldest": (_("oldest"), ("seq",)),
    "best": (_("best"), ("-best", "seq")),
    "active": (pgettext_lazy("order of threads", "active"), ("-last_seq",)),
}


@dataclass
class Node:
    """A comment with the replies that are shown under it."""

    comment: Comment
    replies: list["Node"] = field(default_factory=list)
    more: int = 0  # replies in its thread that are not shown here; on roots only


@dataclass(frozen=True)
class ThreadsPage:
    nodes: list[Node]
    page: KeysetPage[Comment]
    sort: str


LATEST_FIRST = ("-discussion__last_at", "-pk")


def discussed_articles() -> ArticleQuerySet:
    """Published articles with comments, the most recently discussed first."""
    discussed = Article.objects.published().in_language().filter(discussion__last_at__isnull=False)
    return discussed.select_related("discussion").order_by(*LATEST_FIRST)


def threads_page(discussion: Discussion, query: QueryDict, user: Reader) -> ThreadsPage:
    """The page of threads that `query` asks for with `sort=` and a cursor.

    Two queries, and two more for what `user` has done about them.
    """
    asked = query.get("sort", "")
    sort = asked if asked in SORTS else "newest"
    listed = _readable(discussion)
    page = keyset_page(listed.roots(), SORTS[sort][1], query, THREADS_ON_A_PAGE)
    roots = page.items
    replies = listed.filter(
        depth__gt=0, root_seq__in=[root.seq for root in roots], root_ord__lte=REPLIES_AT_FIRST
    )
    comments = [*roots, *sorted(replies, key=lambda comment: bytes(comment.path))]
    reactions.mark(comments, user)
    nodes = _trees(comments)
    for node in nodes:
        shown = _size(node)
        node.more = max(0, node.comment.thread_size - shown)
    return ThreadsPage(nodes, page, sort)


def thread(comment: Comment, user: Reader) -> tuple[list[Comment], Node, bool]:
    """(its ancestors, the root first; itself with its replies; whether there are more)"""
    discussion = comment.discussion
    ancestors = _readable(discussion).filter(seq__in=comment.ancestor_seqs).order_by("depth")
    own_path = bytes(comment.path)
    below = _readable(discussion).filter(path__gt=own_path, path__lt=own_path + b"\xff" * 3)
    replies = list(below.order_by("path")[: REPLIES_ON_A_PAGE + 1])
    shown = [comment, *replies[:REPLIES_ON_A_PAGE]]
    reactions.mark(shown, user)
    node = _trees(shown)[0]
    return list(ancestors), node, len(replies) > REPLIES_ON_A_PAGE


def _readable(discussion: Discussion) -> CommentQuerySet:
    comments: CommentQuerySet = discussion.comments.all()
    return comments.listed().select_related("author")


def _trees(comments: Iterable[Comment]) -> list[Node]:
    """Nodes in the order given, each under its parent where that is among them."""
    nodes: dict[int, Node] = {}
    tops: list[Node] = []
    for comment in comments:
        node = nodes[comment.pk] = Node(comment)
        parent = nodes.get(comment.parent_id or 0)
        (parent.replies if parent else tops).append(node)
    return tops


def _size(node: Node) -> int:
    return 1 + sum(_size(reply) for reply in node.replies)
