"""Whom a comment concerns: who is answered, who is called by name, who follows the discussion.

They are told once it is visible, whenever that is. A comment that is to be announced says so in its
row, so a lost task costs nothing, and announcing it twice is announcing it once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from comments import preferences
from comments.mentions import called_in
from comments.models import Comment, Follow, Mute, Notification, NotificationLetter
from comments.models.notification import NotificationQuerySet

Kind = Notification.Kind

KEPT_FOR = timedelta(days=180)
MOST_COUNTED = 99
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
    kinds, now = _kinds(comment), timezone.now()
    Notification.objects.bulk_create(
        [
            Notification(
                user=reader,
                comment=comment,
                kind=(kind := kinds[reader.pk]),
                mail_due_at=preferences.due_at(reader, kind, now),
            )
            for reader in _to_be_told(comment, kinds)
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )
    Comment.objects.filter(pk=comment.pk).update(announced_at=now)
    return True


def of(user_id: int) -> NotificationQuerySet:
    """What a reader was told of, as far as it can still be read; each with its article."""
    return Notification.objects.filter(user=user_id).readable().with_articles()


def mark_seen(user_id: int) -> None:
    Notification.objects.filter(user=user_id).unseen().update(seen_at=timezone.now())


def mark_read(reader_id: int | None, discussion_id: int, seqs: Iterable[int]) -> None:
    """The reader looks at comments number `seqs` of a discussion. One query."""
    values: dict[str, Any] = {
        "user": reader_id,
        "discussion": discussion_id,
        "seqs": list(seqs),
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(MARK_READ, values)


# For a followed discussion, looking at any of its pages is enough.
MARK_READ = """
    UPDATE comments_notification AS told SET seen_at = %(now)s
    FROM comments_comment AS comment
    WHERE told.user_id = %(user)s AND told.seen_at IS NULL
      AND comment.id = told.comment_id AND comment.article_id = %(discussion)s
      AND (told.kind = 'follow' OR comment.seq = ANY(%(seqs)s::integer[]))
"""


def with_unseen(readers: QuerySet[Any]) -> QuerySet[Any]:
    """Each with what `number_unseen` counts, as part of the same query."""
    unseen = Notification.objects.filter(user=OuterRef("pk")).unseen().readable()
    return readers.annotate(unseen_pks=ArraySubquery(unseen.values("pk")[: MOST_COUNTED + 1]))


def number_unseen(reader: Any) -> int:
    """How many notifications wait for them, MOST_COUNTED and one at most."""
    return len(getattr(reader, "unseen_pks", ()))


def forget_old(now: datetime | None = None) -> int:
    """Delete notifications of long ago, and the letters that told of them. Returns how many."""
    old = {"created_at__lt": (now or timezone.now()) - KEPT_FOR}
    count, _ = Notification.objects.filter(**old).delete()
    NotificationLetter.objects.filter(**old).delete()
    return count


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
    waiting = (
        Notification.objects.unseen()
        .wanted()
        .filter(kind=Kind.FOLLOW, comment__discussion=comment.discussion_id, letter=None)
    )
    followers = Follow.objects.filter(discussion=comment.discussion_id)
    return list(followers.exclude(user__in=waiting.values("user")).values_list("user", flat=True))


def _to_be_told(comment: Comment, reader_ids: Iterable[int]) -> QuerySet[Any]:
    """Not its author, not who has muted them, nobody whose account is closed."""
    readers = get_user_model().objects.filter(pk__in=list(reader_ids), is_active=True)
    deaf = Mute.objects.filter(muted=comment.author_id).values("user")
    readers = readers.exclude(pk=comment.author_id or 0).exclude(pk__in=deaf)
    return readers.select_related("notification_preferences")
