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
from collections.abc import Collection, Iterable

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
    article = Article.objects.filter(pk=discussion.pk)
    article.update(comment_count=discussion.visible_count)
    generations.bump(generations.DISCUSSIONS, generations.of_article(discussion.pk))


def change_status(comment: Comment, status: str) -> str:
    """Give one comment `status`, and count anew what depends on it. Returns its status before."""
    before = change_statuses([comment.pk], status)
    comment.refresh_from_db(fields=["status", "is_listed", "thread_size", "last_seq"])
    return before.get(comment.pk, status)


@transaction.atomic
def change_statuses(
    pks: Collection[int], status: str, among: Collection[str] = tuple(Comment.Status)
) -> dict[int, str]:
    """Give those comments `status` that have another one of `among`; count what depends on them.

    They may be of any discussions; the number of queries is always the same. Returns the status
    before of each that changed.
    """
    lock_discussions(pks)
    changing = Comment.objects.filter(pk__in=pks, status__in=among).exclude(status=status)
    before = {pk: (was, of) for pk, was, of in changing.values_list("pk", "status", "discussion")}
    if before:
        Comment.objects.filter(pk__in=before).update(status=status)
        _list_anew(list(before), is_visible=status == Comment.Status.VISIBLE)
        _count_anew(_growth(before.values(), status))
    return {pk: was for pk, (was, _) in before.items()}


def lock_discussions(pks: Collection[int]) -> None:
    """Lock those that these comments are in.

    In the order of their keys, so that two who lock several never wait for each other.
    """
    touched = Comment.objects.filter(pk__in=pks).values("discussion")
    list(Discussion.objects.filter(pk__in=touched).order_by("pk").select_for_update())


def _list_anew(pks: list[int], is_visible: bool) -> None:
    """Set `is_listed` of these and of what they answer, then the figures of their threads."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST if is_visible else _UNLIST, {"pks": pks})
        threads = Counter(cursor.fetchall())
        sign = 1 if is_visible else -1
        changes = [(of, root, sign * count) for (of, root), count in sorted(threads.items())]
        if changes:
            cursor.execute(_COUNT_THREADS, [list(column) for column in zip(*changes, strict=True)])


def _growth(before: Iterable[tuple[str, int]], status: str) -> dict[int, int]:
    """By how many visible comments each discussion grows when all `before` get `status`."""
    growth: Counter[int] = Counter()
    for was, discussion_id in before:
        growth[discussion_id] += (status == Comment.Status.VISIBLE) - (
            was == Comment.Status.VISIBLE
        )
    return growth


def _count_anew(growth: dict[int, int]) -> None:
    """What discussions say of themselves, and what others show of them."""
    articles = Article.objects.filter(pk__in=growth).order_by("pk")
    list(articles.select_for_update(no_key=True).values_list("pk"))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_DISCUSSIONS, [list(growth), list(growth.values())])
    generations.bump(generations.DISCUSSIONS, *map(generations.of_article, growth))


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
    RETURNING article_id, root_seq
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
    RETURNING article_id, root_seq
"""

_COUNT_THREADS = """
    UPDATE comments_comment AS root
    SET thread_size = root.thread_size + thread.growth,
        last_seq = COALESCE(
            (SELECT listed.seq FROM comments_comment AS listed
             WHERE listed.article_id = root.article_id AND listed.root_seq = root.seq
               AND listed.is_listed
             ORDER BY listed.root_ord DESC LIMIT 1),
            root.seq
        )
    FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS thread (article_id, root_seq, growth)
    WHERE root.article_id = thread.article_id AND root.seq = thread.root_seq
"""

_COUNT_DISCUSSIONS = """
    WITH counted AS (
        UPDATE comments_discussion AS discussion
        SET visible_count = discussion.visible_count + change.growth,
            last_comment_id = newest.id,
            last_at = newest.created_at
        FROM unnest(%s::bigint[], %s::int[]) AS change (article_id, growth)
        LEFT JOIN LATERAL (
            SELECT id, created_at FROM comments_comment
            WHERE article_id = change.article_id AND status = 'visible'
            ORDER BY seq DESC LIMIT 1
        ) AS newest ON TRUE
        WHERE discussion.article_id = change.article_id
        RETURNING discussion.article_id, discussion.visible_count
    )
    UPDATE news_article SET comment_count = counted.visible_count
    FROM counted WHERE news_article.id = counted.article_id
"""
