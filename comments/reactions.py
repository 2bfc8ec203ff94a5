"""What a reader has done about the comments that a page shows."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from comments.models import Comment, CommentVote, Mute


def mark(comments: Iterable[Comment], user: AbstractBaseUser | AnonymousUser) -> None:
    """Put on each comment the reader's `own_vote`, and whether its author `is_muted` by them.

    Two queries, for visitors none.
    """
    if not user.is_authenticated:
        return
    shown = list(comments)
    votes = CommentVote.objects.filter(user=user.pk, comment__in=shown)
    value_of = dict(votes.values_list("comment_id", "value"))
    muted = set(Mute.objects.filter(user=user.pk).values_list("muted_id", flat=True))
    for comment in shown:
        comment.own_vote = value_of.get(comment.pk, 0)
        comment.is_muted = comment.author_id in muted
