"""Who sees a comment, and every number that follows from it.

These numbers always equal what the rows say (`comments.self_check` looks whether they do):

- `is_listed` of a comment: it is visible, or something listed answers it;
- `thread_size` and `last_seq` of a thread's root: how many of it are listed, and the newest;
- `visible_count`, `last_comment`, `last_at` of a discussion: what is visible, and the newest;
- `comment_count` of an article: `visible_count` of its discussion.

Whoever changes them holds the lock of the discussion's row. What a change costs depends on how many
comments change, never on how many there are.
"""

from collections import Counter
from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import F

from comments.models import Comment, Discussion
from news import generations
from news.models import Article


def add(comment: Comment) -> None:
    """Insert a comment that has its number and place in its locked discussion, and count it.

    What its status lets nobody see is not counted; it only takes its number.
    """
    comment.is_listed = comment.is_visible
    comment.thread_size = int(comment.is_visible)
    comment.save(force_insert=True)
    discussion = comment.discussion
    discussion.next_seq = comment.seq + 1
    if comment.is_visible:
        discussion.visible_count += 1
        discussion.last_comment, discussion.last_at = comment, comment.created_at
        if comment.depth:
            root = discussion.comments.filter(seq=comment.root_seq)
            root.update(thread_size=F("thread_size") + 1, last_seq=comment.seq)
    discussion.save()
    _publish_count(discussion)


def change_status(comment: Comment, status: str) -> str:
    """Give one comment `status`, and count anew what depends on it. Returns its status before."""
    before = change_statuses(comment.discussion_id, [comment.pk], status)
    comment.refresh_from_db(fields=["status", "is_listed", "thread_size", "last_seq"])
    return before.get(comment.pk, status)


@transaction.atomic
def change_statuses(discussion_id: int, pks: Collection[int], status: str) -> dict[int, str]:
    """Give comments of one discussion `status`, and count anew what depends on them.

    Returns the status before of each that had another. Whoever changes several discussions in one
    transaction goes through them in the order of their keys, or two such would wait for each other.
    """
    discussion = Discussion.objects.select_for_update().get(pk=discussion_id)
    others = discussion.comments.filter(pk__in=pks).exclude(status=status)
    before = dict(others.values_list("pk", "status"))
    if before:
        Comment.objects.filter(pk__in=before).update(status=status)
        is_visible = status == Comment.Status.VISIBLE
        _list_anew(list(before), discussion, is_visible)
        was_visible = Counter(before.values())[Comment.Status.VISIBLE]
        _count_anew(discussion, len(before) if is_visible else -was_visible)
    return before


def _list_anew(pks: list[int], discussion: Discussion, is_visible: bool) -> None:
    """Set `is_listed` of these and of what they answer, then the figures of their threads."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST if is_visible else _UNLIST, {"pks": pks})
        roots = Counter(root_seq for (root_seq,) in cursor.fetchall())
        if not roots:
            return
        sign = 1 if is_visible else -1
        threads = {
            "discussion": discussion.pk,
            "roots": list(roots),
            "changes": [sign * count for count in roots.values()],
        }
        cursor.execute(_COUNT_THREADS, threads)


def _count_anew(discussion: Discussion, change: int) -> None:
    newest = discussion.comments.visible().order_by("-seq").first()
    discussion.visible_count += change
    discussion.last_comment = newest
    discussion.last_at = newest.created_at if newest else None
    discussion.save(update_fields=["visible_count", "last_comment", "last_at"])
    _publish_count(discussion)


def _publish_count(discussion: Discussion) -> None:
    """What others show of it."""
    Article.objects.filter(pk=discussion.article_id).update(comment_count=discussion.visible_count)
    generations.bump(generations.of_article(discussion.article_id))


# What became visible, and upwards from there whatever is not listed yet.
_LIST = """
    WITH RECURSIVE shown (id, parent_id) AS (
        SELECT id, parent_id FROM comments_comment
        WHERE id = ANY(%(pks)s) AND NOT is_listed
      UNION
        SELECT above.id, above.parent_id
        FROM shown JOIN comments_comment AS above ON above.id = shown.parent_id
        WHERE NOT above.is_listed
    )
    UPDATE comments_comment SET is_listed = TRUE
    WHERE id IN (SELECT id FROM shown)
    RETURNING root_seq
"""

# What is no longer visible, and upwards from there as far as nothing is. Of these, those stay that
# something listed answers which is not among them, and all that such a one answers.
_UNLIST = """
    WITH RECURSIVE unseen (id, parent_id) AS (
        SELECT id, parent_id FROM comments_comment WHERE id = ANY(%(pks)s)
      UNION
        SELECT above.id, above.parent_id
        FROM unseen JOIN comments_comment AS above ON above.id = unseen.parent_id
        WHERE above.status <> 'visible'
    ), kept (id, parent_id) AS (
        SELECT unseen.id, unseen.parent_id
        FROM unseen JOIN comments_comment AS reply ON reply.parent_id = unseen.id
        WHERE reply.is_listed AND reply.id NOT IN (SELECT id FROM unseen)
      UNION
        SELECT unseen.id, unseen.parent_id
        FROM kept JOIN unseen ON unseen.id = kept.parent_id
    )
    UPDATE comments_comment SET is_listed = FALSE
    WHERE is_listed AND id IN (SELECT id FROM unseen EXCEPT SELECT id FROM kept)
    RETURNING root_seq
"""

_COUNT_THREADS = """
    UPDATE comments_comment AS root
    SET thread_size = root.thread_size + thread.change,
        last_seq = COALESCE(
            (SELECT listed.seq FROM comments_comment AS listed
             WHERE listed.article_id = root.article_id AND listed.root_seq = root.seq
               AND listed.is_listed
             ORDER BY listed.root_ord DESC LIMIT 1),
            root.seq
        )
    FROM unnest(%(roots)s::int[], %(changes)s::int[]) AS thread (root_seq, change)
    WHERE root.article_id = %(discussion)s AND root.seq = thread.root_seq
"""
