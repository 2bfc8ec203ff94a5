"""What a reader has done about the comments that a page shows."""

from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from comments.models import CommentQuerySet, CommentVote, Mute


def with_own(comments: CommentQuerySet, reader_id: int | None) -> CommentQuerySet:
    """Each with the reader's `own_vote`, and whether its author `is_muted` by them.

    For visitors nothing. Part of the same query.
    """
    if reader_id is None:
        return comments
    votes = CommentVote.objects.filter(user=reader_id, comment=OuterRef("pk"))
    mutes = Mute.objects.filter(user=reader_id, muted=OuterRef("author"))
    own: dict[str, Any] = {
        "own_vote": Coalesce(Subquery(votes.values("value")), 0),
        "is_muted": Exists(mutes),
    }
    return comments.annotate(**own)
