"""Reading a discussion: pages of threads with the first replies of each, or of single comments.

A page is filled with comments, not with threads, so that it costs the same in every discussion and
in every order. A thread is shown as far as it fits, in the order in which it is read: what isn't
shown yet always comes below what is.
"""

from collections.abc import Container
from dataclasses import dataclass

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Func, OuterRef, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comments.models import Comment, Discussion
from comments.tree import Eyes, Node, Rest, as_many_as_fit, end_of, in_order, shown_to, trees
from news.models import Article, ArticleQuerySet
from news.paging import Keyset, KeysetPage

COMMENTS_ON_A_PAGE = 50
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
class DiscussionPage:
    """`discussion` is None before the first comment."""

    discussion: Discussion | None
    nodes: list[Node]
    page: KeysetPage[Comment]
    sort: str
    language: str


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
    discussion = Discussion.objects.filter(article=article).annotate(pks=ArraySubquery(pks)).first()
    comments = in_order(shown_to(reader_id), discussion.pks) if discussion else []
    shown = as_many_as_fit(comments, size)
    eyes, rest = Eyes(reader_id, None, language), comments[len(shown) :]
    if sort == "flat":
        page = keyset.page(shown, bool(rest))
        nodes = [node for comment in page.items for node in trees([comment], eyes)]
    else:
        page = keyset.page([c for c in shown if not c.depth], any(not c.depth for c in rest))
        nodes = _with_rest(trees(shown, eyes))[:: -1 if keyset.is_backwards else 1]
    return DiscussionPage(discussion, nodes, page, sort, language)


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


def _with_rest(threads: list[Node]) -> list[Node]:
    for root in threads:
        shown = list(root.walk())
        if left := max(0, root.comment.thread_size - len(shown)):
            root.rest = Rest(root.comment.seq, shown[-1].comment.seq, left)
    return threads
