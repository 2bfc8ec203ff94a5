"""Reading a discussion: pages of threads with the first replies of each, or of single comments.

A page is filled with comments, not with threads, so that it costs the same in every discussion and
in every order. A thread is shown as far as it fits, in the order in which it is read: what isn't
shown yet always comes below what is.
"""

from collections.abc import Container
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Exists, Func, OuterRef, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from comments import following
from comments.models import Comment, Discussion
from comments.tree import (
    Eyes,
    Node,
    Rest,
    as_many_as_fit,
    end_of,
    in_order,
    seqs_of,
    shown_to,
    trees,
)
from comments.visits import with_news
from news.models import Article, ArticleQuerySet
from news.paging import Keyset, KeysetPage

COMMENTS_ON_A_PAGE = 50
COMMENTS_ON_AN_ARTICLE = 20
REPLIES_AT_FIRST = 5  # of each thread

SORTS = {
    "newest": (_("newest"), ("-seq",)),
    "oldest": (_("oldest"), ("seq",)),
    "best": (_("best"), ("-best", "seq")),
    "active": (pgettext_lazy("order of threads", "active"), ("-last_seq",)),
    "flat": (pgettext_lazy("order of comments", "one by one"), ("-seq",)),
}
LATEST_FIRST = ("-discussion__last_at", "-pk")


def discussed_articles() -> ArticleQuerySet:
    """Published articles with comments, the most recently discussed first."""
    discussed = Article.objects.published().in_language().filter(discussion__last_at__isnull=False)
    return discussed.select_related("discussion").order_by(*LATEST_FIRST)


@dataclass(frozen=True)
class Choice:
    """Another way to read the same discussion: its name, its words, and where it leads."""

    name: str
    label: object
    query: str
    is_current: bool


@dataclass(frozen=True)
class DiscussionPage:
    """`discussion` is None before the first comment; `new_seqs` are what its reader hasn't seen."""

    discussion: Discussion | None
    nodes: list[Node]
    page: KeysetPage[Comment]
    sort: str
    language: str
    new_seqs: list[int]
    is_noted: bool  # that its reader is here, see comments.visits
    is_followed: bool
    has_waiting: bool  # comments of its reader that a moderator has yet to let through

    @property
    def last_seq(self) -> int:
        """The newest number there was when this page was made."""
        return self.discussion.next_seq - 1 if self.discussion else 0

    @property
    def first_new_is_here(self) -> bool:
        return bool(self.new_seqs) and self.new_seqs[0] in self.seqs

    @property
    def seqs(self) -> list[int]:
        return seqs_of(self.nodes)

    @property
    def sorts(self) -> list[Choice]:
        return [self._choice(name, label, sort=name) for name, (label, _order) in SORTS.items()]

    @property
    def languages(self) -> list[Choice]:
        named = [("", pgettext("comments in", "all languages")), *settings.LANGUAGES]
        return [self._choice(name, label, language=name) for name, label in named]

    def _choice(self, name: str, label: object, **changed: str) -> Choice:
        query = {"sort": self.sort, "language": self.language} | changed
        wanted = urlencode({key: value for key, value in query.items() if value})
        return Choice(name, label, f"?{wanted}", name in (self.sort, self.language))


def discussion_page(
    article: Article,
    query: QueryDict,
    reader_id: int | None = None,
    size: int = COMMENTS_ON_A_PAGE,
) -> DiscussionPage:
    """What `query` asks for with `sort=`, `language=` and a cursor; what it can't mean is ignored.

    Raises BadRequest for a cursor that isn't one. Two queries: which comments, then those.
    """
    sort = _known(query.get("sort", ""), SORTS, "newest")
    language = _known(query.get("language", ""), dict(settings.LANGUAGES), "")
    keyset: Keyset[Comment] = Keyset(SORTS[sort][1], query)
    pks = (_single if sort == "flat" else _threads)(article, keyset, language, size)
    rows = Discussion.objects.filter(article=article).annotate(pks=ArraySubquery(pks))
    own = following.with_own(with_news(rows, reader_id), reader_id)
    discussion = _with_waiting(own, reader_id).first()
    found = vars(discussion) if discussion else {}
    comments = in_order(shown_to(reader_id), found.get("pks"))
    eyes = Eyes(reader_id, found.get("seen_seq"), language)
    arranged = _arranged_singly if sort == "flat" else _arranged_in_threads
    nodes, page = arranged(comments, size, keyset, eyes)
    names = ("is_noted", "is_followed", "has_waiting")
    of_reader = [found.get(name, False) for name in names]
    new_seqs = found.get("new_seqs") or []
    return DiscussionPage(discussion, nodes, page, sort, language, new_seqs, *of_reader)


def _with_waiting(rows: QuerySet[Discussion], reader_id: int | None) -> QuerySet[Discussion]:
    """Most have none, and are spared the question which."""
    if reader_id is None:
        return rows
    waiting = Comment.objects.waiting_of(reader_id).filter(discussion=OuterRef("pk"))
    return rows.annotate(has_waiting=Exists(waiting))


def _known(asked: str, known: Container[str], otherwise: str) -> str:
    return asked if asked in known else otherwise


def _single(article: Article, keyset: Keyset[Comment], language: str, size: int) -> QuerySet:
    """Keys of what is visible, one more than a page has."""
    visible = Comment.objects.filter(discussion=article.pk).visible()
    if language:
        visible = visible.filter(language=language)
    return keyset.rows(visible).values("pk")[: size + 1]


def _threads(article: Article, keyset: Keyset[Comment], language: str, size: int) -> QuerySet:
    """Keys of the roots of threads, each followed by those of its first replies.

    So many more than a page has that the next thread is among them, if there is one. The limit
    counts what `unnest` gives, so PostgreSQL looks at no more threads than that takes.
    """
    listed = Comment.objects.filter(discussion=article.pk).listed()
    thread = listed.filter(path__gte=OuterRef("path"), path__lt=end_of(OuterRef("path")))
    first = ArraySubquery(thread.order_by("path").values("pk")[: 1 + REPLIES_AT_FIRST])
    roots = listed.roots().filter(language=language) if language else listed.roots()
    return keyset.rows(roots).values_list(_Unnest(first))[: size + 1 + REPLIES_AT_FIRST]


class _Unnest(Func):
    function = "unnest"
    set_returning = True
    output_field = BigIntegerField()


def _arranged_singly(
    comments: list[Comment], size: int, keyset: Keyset[Comment], eyes: Eyes
) -> tuple[list[Node], KeysetPage[Comment]]:
    shown = as_many_as_fit(comments, size)
    page = keyset.page(shown, len(shown) < len(comments))
    return [node for comment in page.items for node in trees([comment], eyes)], page


def _arranged_in_threads(
    comments: list[Comment], size: int, keyset: Keyset[Comment], eyes: Eyes
) -> tuple[list[Node], KeysetPage[Comment]]:
    shown = as_many_as_fit(comments, size)
    roots = [comment for comment in shown if not comment.depth]
    has_more = any(not comment.depth for comment in comments[len(shown) :])
    threads = trees(shown, eyes)
    for root in threads:
        _note_rest(root)
    return threads[:: -1 if keyset.is_backwards else 1], keyset.page(roots, has_more)


def _note_rest(root: Node) -> None:
    shown = list(root.walk())
    if root.comment.thread_size > len(shown):
        left = root.comment.thread_size - len(shown)
        root.rest = Rest(root.comment.seq, shown[-1].comment.seq, left)
