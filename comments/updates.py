"""What was written since a page was made: counted while somebody reads it, shown when they ask."""

from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment, CommentQuerySet
from comments.tree import Eyes, Node, as_many_as_fit, shown_to, trees
from news.models import Article
from news.paging import parse_number

MOST_AT_ONCE = 50
MOST_COUNTED = 99
_MOST_KNOWN = 100


def announcement(article_id: int, query: QueryDict) -> str:
    """How many are new since number `after=` of `query`, in words; nothing if none is. One query.

    Raises BadRequest where `after` is no number.
    """
    count = _newer(Comment.objects.all(), article_id, query)[: MOST_COUNTED + 1].count()
    if not count:
        return ""
    if count > MOST_COUNTED:
        return _("Show more than %(count)s new comments") % {"count": MOST_COUNTED}
    words = ngettext("Show %(count)s new comment", "Show %(count)s new comments", count)
    return words % {"count": count}


@dataclass(frozen=True)
class Update:
    """New comments in the order of the page; `after` is where the next update goes on."""

    nodes: list[Node]
    after: int
    sort: str
    has_more: bool


def update(article_id: int, query: QueryDict, reader_id: int | None = None) -> Update:
    """What is new since number `after=` of `query`, the newest first unless `sort=oldest`.

    One query. Raises BadRequest where `after` is no number.
    """
    after = parse_number(query.get("after", ""))
    newer = _newer(shown_to(reader_id), article_id, query)
    found = list(newer.order_by("seq")[: MOST_AT_ONCE + 1])
    shown = as_many_as_fit(found, MOST_AT_ONCE)
    nodes = [node for comment in shown for node in trees([comment], Eyes(reader_id, after))]
    sort = "oldest" if query.get("sort") == "oldest" else "newest"
    return Update(
        nodes=nodes if sort == "oldest" else nodes[::-1],
        after=shown[-1].seq if shown else after,
        sort=sort,
        has_more=len(shown) < len(found),
    )


def _newer(comments: CommentQuerySet, article_id: int, query: QueryDict) -> CommentQuerySet:
    """Those that came after number `after=`, but for those that the page has already (`known=`)."""
    known = [parse_number(seq) for seq in query.get("known", "").split(",") if seq]
    if len(known) > _MOST_KNOWN:
        raise BadRequest("a page can't know so many")
    published = Article.objects.published()
    after = parse_number(query.get("after", ""))
    since = comments.visible().filter(
        discussion=article_id, discussion__article__in=published, seq__gt=after
    )
    return since.exclude(seq__in=known)
