"""One comment with what it answers and what answers it: a permalink, a thread, or more of one."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict

from comments.models import Comment, seqs_in
from comments.tree import Eyes, Node, Rest, as_many_as_fit, end_of, shown_to, trees
from news.models import Article
from news.paging import parse_number

REPLIES_ON_A_PAGE = 50
ANCESTORS_ON_A_PAGE = 10


@dataclass(frozen=True)
class ThreadPage:
    """A comment with its replies or, from the second page on, these alone.

    `ancestors` are what the first of `nodes` answers, as far as it fits, the nearest last.
    """

    comment: Comment
    ancestors: list[Node]
    nodes: list[Node]
    rest: Rest | None


def thread_page(
    article: Article, seq: int, query: QueryDict, reader_id: int | None = None
) -> ThreadPage:
    """Comment `seq` of `article` and its replies, from the one after number `after=` of `query` on.

    Raises Comment.DoesNotExist, and BadRequest where `after` is no number. Two queries: it and
    which replies, then those and what stands above.
    """
    after = parse_number(query.get("after", "")) if "after" in query else 0
    comment = _with_keys(article, after, reader_id).get(seq=seq)
    below_pks = set(comment.below_pks or [])
    above_seqs = seqs_in(comment.last_path or b"") or comment.ancestor_seqs
    wanted = Q(pk__in=below_pks) | Q(discussion=article.pk, seq__in=above_seqs)
    around = list(shown_to(reader_id).filter(wanted).order_by("path"))
    below = [other for other in around if other.pk in below_pks]
    above = [other for other in around if other.pk not in below_pks]
    return _page(comment, above, below if after else [comment, *below], Eyes(reader_id))


def _with_keys(article: Article, after: int, reader_id: int | None) -> QuerySet:
    """Listed comments, each with the keys of a page of its replies, one more than it has."""
    listed = Comment.objects.filter(discussion=article.pk).listed()
    below = listed.filter(path__gt=OuterRef("path"), path__lt=end_of(OuterRef("path")))
    last = Comment.objects.filter(discussion=article.pk, seq=after).values("path")
    if after:
        below = below.filter(path__gt=Subquery(last))
    return (
        shown_to(reader_id)
        .filter(discussion=article.pk, is_listed=True)
        .annotate(
            below_pks=ArraySubquery(below.order_by("path").values("pk")[: REPLIES_ON_A_PAGE + 1]),
            last_path=Subquery(last),
        )
    )


def _page(comment: Comment, above: list[Comment], below: list[Comment], eyes: Eyes) -> ThreadPage:
    shown = as_many_as_fit(below, REPLIES_ON_A_PAGE)
    above_first = set(shown[0].ancestor_seqs) if shown else set()
    ancestors = [other for other in above if other.seq in above_first]
    near = as_many_as_fit(ancestors[::-1], ANCESTORS_ON_A_PAGE)[::-1]
    rest = Rest(comment.seq, shown[-1].seq) if len(shown) < len(below) else None
    return ThreadPage(comment, [eyes.node(other) for other in near], trees(shown, eyes), rest)
