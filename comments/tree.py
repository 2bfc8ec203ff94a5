"""Comments as a page shows them: replies under what they answer, and no more than a page holds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Func
from django.db.models.expressions import Combinable
from django.utils.translation import pgettext_lazy

from comments import reactions
from comments.models import Comment, CommentQuerySet

PAGE_BYTES = 64 * 1024  # of comments on a page; with the frame around them it stays below 100 KiB
MARKUP_BYTES = 600  # about what a comment takes besides its text
LOW_SCORE = -5  # a comment with this or less is folded
STEPS = 6  # of indentation that are visible; deeper replies name what they answer

_RATED_LOW = pgettext_lazy("why a comment is folded", "rated low")
_MUTED = pgettext_lazy("why a comment is folded", "you muted its author")
_IN_LANGUAGE = {
    "en": pgettext_lazy("why a comment is folded", "in English"),
    "ru": pgettext_lazy("why a comment is folded", "in Russian"),
}


# What a page shows of a comment and its author.
_SHOWN = (
    *("discussion", "seq", "root_seq", "depth", "path", "status", "up", "down", "best", "last_seq"),
    *("thread_size", "language", "body_html", "created_at", "edited_at", "author__username"),
)


def shown_to(reader_id: int | None) -> CommentQuerySet:
    """Comments with all that a page shows of them, to this reader."""
    comments = Comment.objects.select_related("author").only(*_SHOWN)
    return reactions.with_own(comments, reader_id)


def in_order(comments: CommentQuerySet, pks: Iterable[int] | None) -> list[Comment]:
    """Those with these keys, in their order. One query."""
    found = comments.in_bulk(list(pks or []))
    return [found[pk] for pk in pks or [] if pk in found]


def end_of(path: Combinable) -> Func:
    """A path beyond all paths that begin with this one."""
    return Func(path, template=r"%(expressions)s || '\xffffff'::bytea")


@dataclass(frozen=True)
class Rest:
    """Replies below comment `seq` that come after number `after`; `count` is 0 where unknown."""

    seq: int
    after: int
    count: int = 0


@dataclass
class Node:
    """A comment with the replies that are shown under it."""

    comment: Comment
    folded: object = ""  # why it is folded at first, in words
    is_new: bool = False
    answers: int = 0  # the number of the comment it answers, where that doesn't stand right above
    replies: list["Node"] = field(default_factory=list)
    rest: Rest | None = None

    def walk(self) -> Iterator["Node"]:
        """Itself and what is under it, from top to bottom."""
        yield self
        for reply in self.replies:
            yield from reply.walk()


@dataclass(frozen=True)
class Eyes:
    """Whose eyes a page is for: what is new to them, and which language they want to read."""

    reader_id: int | None = None
    seen_seq: int | None = None
    language: str = ""

    def node(self, comment: Comment) -> Node:
        return Node(comment, self._why_folded(comment), self._is_new(comment))

    def _is_new(self, comment: Comment) -> bool:
        if self.seen_seq is None or comment.seq <= self.seen_seq:
            return False
        return comment.author_id is None or comment.author_id != self.reader_id

    def _why_folded(self, comment: Comment) -> object:
        if comment.is_muted:
            return _MUTED
        if comment.score <= LOW_SCORE:
            return _RATED_LOW
        if self.language and comment.language != self.language:
            return _IN_LANGUAGE.get(comment.language, comment.language)
        return ""


def trees(comments: Iterable[Comment], eyes: Eyes) -> list[Node]:
    """Nodes in the order given, each under what it answers where that is among them."""
    nodes: dict[int, Node] = {}
    tops: list[Node] = []
    for comment in comments:
        node = nodes[comment.seq] = eyes.node(comment)
        answered = comment.ancestor_seqs[-1] if comment.depth else 0
        parent = nodes.get(answered)
        (parent.replies if parent else tops).append(node)
        if parent is None or comment.depth > STEPS:
            node.answers = answered
    return tops


def seqs_of(nodes: Iterable[Node]) -> list[int]:
    """The numbers of all comments that `nodes` show."""
    return [node.comment.seq for top in nodes for node in top.walk()]


def as_many_as_fit(comments: Sequence[Comment], most: int) -> list[Comment]:
    """The first of them, at least one: at most `most`, and what a page of 100 KiB has room for."""
    room = PAGE_BYTES
    for count, comment in enumerate(comments[:most]):
        room -= len(comment.body_html.encode()) + MARKUP_BYTES
        if count and room < 0:
            return list(comments[:count])
    return list(comments[:most])
