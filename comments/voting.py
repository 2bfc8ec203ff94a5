"""Readers' votes on comments: up, down, or taken back; one of each reader on each comment."""

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from comments import standing
from comments.models import Comment, CommentVote, wilson_bound
from news import generations


class VoteRefused(Exception):
    """The vote doesn't count; the message tells the reader why."""


def vote(comment: Comment, user: AbstractUser, value: int) -> None:
    """Record a reader's vote, +1 or −1, or take it back with 0. Raises VoteRefused.

    The comment's row is locked, so that parallel votes of one reader count once and `up` and `down`
    are always the numbers of its votes.
    """
    if value not in (-1, 0, 1):
        raise ValueError(f"a vote is -1, 0 or 1, not {value}")
    _refuse_if_not_allowed(comment, user)
    with transaction.atomic():
        locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
        before = _exchange(locked, user, value)
        if before != value:
            _count(locked, before, value)
            generations.bump(generations.of_article(locked.discussion_id))
    comment.up, comment.down, comment.own_vote = locked.up, locked.down, value


def take_all_back(user: AbstractUser) -> None:
    """Whoever leaves takes their votes along, or they could come back and vote again."""
    for pk in list(CommentVote.objects.filter(user=user.pk).values_list("comment", flat=True)):
        with transaction.atomic():
            comment = Comment.objects.select_for_update(of=("self",)).get(pk=pk)
            _count(comment, _exchange(comment, user, 0), 0)
            generations.bump(generations.of_article(comment.discussion_id))


def _refuse_if_not_allowed(comment: Comment, user: AbstractUser) -> None:
    if not comment.is_visible:
        raise VoteRefused(_("This comment is no longer there."))
    if comment.author_id == user.pk:
        raise VoteRefused(_("Nobody votes on what they wrote themselves."))
    if not standing.may_vote(user):
        raise VoteRefused(
            _("You can vote once a comment of yours is published, or a day after you registered.")
        )


def _exchange(comment: Comment, user: AbstractUser, value: int) -> int:
    """Put `value` in the place of the reader's vote; returns what it was, 0 for none."""
    own = CommentVote.objects.filter(comment=comment, user=user.pk)
    before = own.values_list("value", flat=True).first() or 0
    if before == value:
        return before
    if not value:
        own.delete()
    elif before:
        own.update(value=value)
    else:
        CommentVote.objects.create(comment=comment, user_id=user.pk, value=value)
    return before


def _count(comment: Comment, before: int, now: int) -> None:
    comment.up += (now == 1) - (before == 1)
    comment.down += (now == -1) - (before == -1)
    comment.best = wilson_bound(comment.up, comment.down)
    comment.save(update_fields=["up", "down", "best"])
