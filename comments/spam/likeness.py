"""Whether nearly the same has been written before.

Sketches are those of `news.likeness`, of a text without its spaces, digits and ornaments. What an
index finds by them is then compared piece by piece.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import connection
from django.utils import timezone

from comments.models import Comment, Fingerprint
from comments.spam import contacts
from comments.spam.folding import letters
from news.likeness import hash_of, pieces_of

KEPT = timedelta(days=30)
SPAM_KEPT = timedelta(days=180)

FEWEST_LETTERS = 40  # below, texts are alike by chance: they are compared as a whole
_SKETCHED, _COMPARED = 8, 6  # letters in a piece: seldom shared by chance; robust against noise
_SKETCH = 32
_FEWEST_SHARED = 2
_MOST_COMPARED = 30
_MOST_PLACES = 20
_ADDRESS = re.compile(r"https?://[^\s)]+")  # the places that texts link to have rules of their own
_ALIKE = 0.35  # of the pieces of the shorter text; unrelated texts share 0.07, seldom up to 0.25
_NEARLY_ALL = 0.8
_FEWEST_ALIKE = 25  # pieces: more than "Correct me if I am wrong:" and what else begins comments


@dataclass(frozen=True)
class Text:
    """A text, as far as its likeness to others goes. `given` is what it may repeat: what it
    answers, the article it is about.
    """

    body: str
    given: tuple[str, ...] = ()

    @cached_property
    def letters(self) -> str:
        return letters(_ADDRESS.sub(" ", self.body))

    @property
    def is_short(self) -> bool:
        return len(self.letters) < FEWEST_LETTERS

    @cached_property
    def sketch(self) -> list[int]:
        if self.is_short:
            return [hash_of(self.letters)] if self.letters else []
        return sorted(pieces_of(self.letters, _SKETCHED))[:_SKETCH]

    @cached_property
    def own_pieces(self) -> frozenset[int]:
        pieces = pieces_of(self.letters, _COMPARED)
        for given in self.given:
            pieces -= pieces_of(letters(given), _COMPARED)
        return frozenset(pieces)

    def is_like(self, other: "Text") -> bool:
        if self.is_short or other.is_short:
            return self.letters == other.letters
        # What is left of a text that says little of its own is like nothing.
        if len(self.own_pieces) < FEWEST_LETTERS // 2:
            return False
        shared = len(self.own_pieces & other.own_pieces)
        shorter = min(len(self.own_pieces), len(other.own_pieces))
        return shared >= max(_ALIKE * shorter, min(_FEWEST_ALIKE, _NEARLY_ALL * shorter))


@dataclass(frozen=True)
class Earlier:
    """A comment that may be like the one at hand."""

    pk: int
    author_id: int | None
    status: str
    created_at: datetime
    body: str


def remember(comment: Comment) -> None:
    """Keep the fingerprint of a comment that was just written, or rewritten."""
    sketch, places = Text(comment.body).sketch, contacts.links(comment.body)[:_MOST_PLACES]
    Fingerprint.objects.bulk_create(
        [Fingerprint(comment=comment, sketch=sketch, places=places)],
        update_conflicts=True,
        unique_fields=["comment"],
        update_fields=["sketch", "places"],
    )


def alike(text: Text, author_id: int, but: int | None = None) -> list[Earlier]:
    """Recent comments that are nearly the same as `text`, most alike first; `but` not this one."""
    if not text.sketch:
        return []
    now = timezone.now()
    values: dict[str, Any] = {
        "sketch": text.sketch,
        "fewest": 1 if text.is_short else _FEWEST_SHARED,
        "author": author_id,
        "but": but or 0,
        "lately": now - timedelta(days=7),
        "most": _MOST_COMPARED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, values)
        candidates = [Earlier(*row) for row in cursor.fetchall()]
    return [earlier for earlier in candidates if text.is_like(Text(earlier.body))]


def share_of(body: str, earlier: str) -> float:
    """How much of `body` was in `earlier`."""
    text, before = letters(body), letters(earlier)
    pieces = pieces_of(text, _COMPARED)
    if not pieces:
        return float(text == before)
    return len(pieces & pieces_of(before, _COMPARED)) / len(pieces)


def forget_old() -> int:
    """Delete fingerprints that are of no more use; returns how many."""
    now = timezone.now()
    old = Fingerprint.objects.filter(created_at__lt=now - KEPT)
    is_spam = Fingerprint.objects.filter(
        created_at__gte=now - SPAM_KEPT, comment__status=Comment.Status.SPAM
    )
    return old.exclude(pk__in=is_spam.values("pk")).delete()[0]


# Own ones and spam for as long as fingerprints are kept, others' for some days.
_CANDIDATES = """
    SELECT comment.id, comment.author_id, comment.status, comment.created_at, comment.body
    FROM (
        SELECT print.comment_id,
               (SELECT count(*) FROM unnest(print.sketch) AS piece
                WHERE piece = ANY(%(sketch)s::int[])) AS shared
        FROM comments_fingerprint AS print
        JOIN comments_comment AS comment ON comment.id = print.comment_id
        WHERE print.sketch && %(sketch)s::int[]
          AND print.comment_id <> %(but)s
          AND comment.status <> 'deleted'
          AND (print.created_at > %(lately)s OR comment.author_id = %(author)s
               OR comment.status = 'spam')
    ) AS candidate
    JOIN comments_comment AS comment ON comment.id = candidate.comment_id
    WHERE candidate.shared >= %(fewest)s
    ORDER BY candidate.shared DESC, comment.id DESC
    LIMIT %(most)s
"""
