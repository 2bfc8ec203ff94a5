"""Whom a comment concerns: who is answered, who is called by name, who follows the discussion.

They are told once it is visible, whenever that is. A comment that is to be announced says so in its
row, so a lost task costs nothing, and announcing it twice is announcing it once.
"""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from comments.mentions import called_in
from comments.models import Comment, Follow, Mute, Notification
from comments.models.notification import NotificationQuerySet

Kind = Notification.Kind

_AT_ONCE = 200


def announce_new() -> int:
    """Tell of the comments that became visible since the last time; returns how many."""
    due = Comment.objects.visible().filter(announced_at=None).order_by("pk")
    return sum(announce(pk) for pk in list(due.values_list("pk", flat=True)[:_AT_ONCE]))


@transaction.atomic
def announce(comment_id: int) -> bool:
    """Write down who is to be told of the comment, unless somebody has already."""
    due = Comment.objects.visible().filter(pk=comment_id, announced_at=None)
    comment = due.select_for_update(skip_locked=True, of=("self",)).first()
    if comment is None:
        return False
    kinds = _kinds(comment)
    Notification.objects.bulk_create(
        [
            Notification(user_id=user_id, comment=comment, kind=kinds[user_id])
            for user_id in _to_be_told(comment, kinds)
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )
    Comment.objects.filter(pk=comment.pk).update(announced_at=timezone.now())
    return True


def of(user_id: int) -> NotificationQuerySet:
    """What a reader was told of, as far as it can still be read; each with its article."""
    return Notification.objects.filter(user=user_id).readable().with_articles()


def mark_seen(user_id: int) -> None:
    Notification.objects.filter(user=user_id).unseen().update(seen_at=timezone.now())


def _kinds(comment: Comment) -> dict[int, Kind]:
    """The best reason for each reader: nobody is told twice of one comment."""
    kinds = dict.fromkeys(_followers(comment), Kind.FOLLOW)
    if comment.parent_id and (answered := Comment.objects.get(pk=comment.parent_id).author_id):
        kinds[answered] = Kind.REPLY
    called = get_user_model().objects.filter(username__in=called_in(comment.body_html))
    kinds |= dict.fromkeys(called.values_list("pk", flat=True), Kind.MENTION)
    return kinds


def _followers(comment: Comment) -> list[int]:
    """Without those who have not looked yet at what they were told of before."""
    waiting = Notification.objects.filter(
        kind=Kind.FOLLOW, comment__discussion=comment.discussion_id, seen_at=None, letter=None
    )
    followers = Follow.objects.filter(discussion=comment.discussion_id)
    return list(followers.exclude(user__in=waiting.values("user")).values_list("user", flat=True))


def _to_be_told(comment: Comment, reader_ids: Iterable[int]) -> list[int]:
    """Not its author, not who has muted them, nobody whose account is closed."""
    readers = get_user_model().objects.filter(pk__in=list(reader_ids), is_active=True)
    deaf = Mute.objects.filter(muted=comment.author_id).values("user")
    readers = readers.exclude(pk=comment.author_id or 0).exclude(pk__in=deaf)
    return list(readers.values_list("pk", flat=True))
