"""The nightly self-check: every counter is compared with the rows it counts, and put right.

What is wrong is found by statements over whole tables, which lock nothing: each sees one moment, at
which counters and rows belong together, however many comments are being written. Only what looks
wrong is locked then, looked at again, and mended.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from comments.models import Comment, Discussion, SelfCheck
from news import generations
from news.models import Article

logger = logging.getLogger(__name__)

NIGHT_BEGINS = 3  # the hour of the site's zone
_AT_ONCE = 100  # articles that are locked together
_DRIFT_KEPT = 200  # of what was wrong, in the row of a check
_Z2 = f"{1.96**2!r}::float8"


def run_if_due(now: datetime | None = None) -> SelfCheck | None:
    """Tonight's check, if it is night and nobody has begun it. Twice is once."""
    here = timezone.localtime(now or timezone.now(), timezone.get_default_timezone())
    night = (here - timedelta(hours=NIGHT_BEGINS)).date()
    check, is_new = SelfCheck.objects.get_or_create(night=night)
    return run(check) if is_new else None


def run(check: SelfCheck | None = None) -> SelfCheck:
    """Compare everything, mend what is wrong, and write down what was."""
    check = check or SelfCheck.objects.create()
    check.comments = Comment.objects.count()
    suspects = sorted({article for counter in COUNTERS for article in _suspects(counter)})
    for start in range(0, len(suspects), _AT_ONCE):
        found = _mend(suspects[start : start + _AT_ONCE])
        check.drifted += len(found)
        check.drift = (check.drift + found)[:_DRIFT_KEPT]
    if check.drifted:
        logger.error("self-check %s: %s counters were wrong", check.pk, check.drifted)
    check.finished_at = timezone.now()
    check.save()
    return check


@dataclass(frozen=True)
class Counter:
    """Columns of a table that follow from other rows.

    `wrong` selects the rows where they don't: their `key`, `article_id`, and what each column
    should be. Its parameter `articles` bounds it; NULL is all.
    """

    table: str
    key: str
    columns: tuple[str, ...]
    wrong: str

    @property
    def suspects(self) -> str:
        return f"SELECT DISTINCT article_id FROM ({self.wrong}) AS wrong"

    @property
    def lock(self) -> str:
        """So that the statement after it sees what whoever is writing now has written."""
        return f"""
            SELECT {self.key} FROM {self.table}
            WHERE {self.key} IN (SELECT key FROM ({self.wrong}) AS wrong)
            ORDER BY {self.key} FOR NO KEY UPDATE
        """

    @property
    def mend(self) -> str:
        """Returns what each row was and is."""
        right = ", ".join(f"{column} = wrong.{column}" for column in self.columns)
        return f"""
            UPDATE {self.table} AS counter SET {right}
            FROM ({self.wrong}) AS wrong
            JOIN {self.table} AS before ON before.{self.key} = wrong.key
            WHERE counter.{self.key} = wrong.key
            RETURNING wrong.article_id, wrong.key, {self._object("before")}, {self._object("wrong")}
        """

    def _object(self, of: str) -> str:
        pairs = ", ".join(f"'{column}', {of}.{column}" for column in self.columns)
        return f"jsonb_build_object({pairs})"


def _suspects(counter: Counter) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(counter.suspects, {"articles": None})
        return [article_id for (article_id,) in cursor.fetchall()]


@transaction.atomic
def _mend(articles: list[int]) -> list[dict[str, Any]]:
    """Put all counters of these articles right; returns what was wrong.

    The locks are taken in the order of everybody else: discussion, article, comment.
    """
    list(Discussion.objects.filter(pk__in=articles).order_by("pk").select_for_update())
    list(Article.objects.filter(pk__in=articles).order_by("pk").select_for_update(no_key=True))
    found = [drift for counter in COUNTERS for drift in _mended(counter, articles)]
    generations.bump(generations.DISCUSSIONS, *map(generations.of_article, articles))
    return found


def _mended(counter: Counter, articles: list[int]) -> list[dict[str, Any]]:
    """Until nothing is wrong: whether a comment is listed depends on those that answer it."""
    found: list[dict[str, Any]] = []
    with connection.cursor() as cursor:
        while True:
            cursor.execute(counter.lock, {"articles": articles})
            cursor.execute(counter.mend, {"articles": articles})
            rows = cursor.fetchall()
            if not rows:
                return found
            for article_id, key, was, now in rows:
                found.append(
                    {
                        "table": counter.table,
                        "article": article_id,
                        "key": key,
                        "was": json.loads(was),
                        "is": json.loads(now),
                    }
                )


def _within(column: str) -> str:
    return f"(%(articles)s::bigint[] IS NULL OR {column} = ANY(%(articles)s::bigint[]))"


_LISTED = f"""
    SELECT comment.id AS key, comment.article_id,
           comment.status = 'visible' OR answered.parent_id IS NOT NULL AS is_listed
    FROM comments_comment AS comment
    LEFT JOIN (
        SELECT DISTINCT parent_id FROM comments_comment
        WHERE is_listed AND parent_id IS NOT NULL AND {_within("article_id")}
    ) AS answered ON answered.parent_id = comment.id
    WHERE {_within("comment.article_id")}
      AND comment.is_listed <> (comment.status = 'visible' OR answered.parent_id IS NOT NULL)
"""

_THREADS = f"""
    SELECT root.id AS key, root.article_id,
           COALESCE(thread.size, 0) AS thread_size, COALESCE(thread.last, root.seq) AS last_seq
    FROM comments_comment AS root
    LEFT JOIN (
        SELECT article_id, root_seq, count(*) AS size, max(seq) AS last
        FROM comments_comment
        WHERE is_listed AND {_within("article_id")}
        GROUP BY article_id, root_seq
    ) AS thread ON thread.article_id = root.article_id AND thread.root_seq = root.seq
    WHERE root.depth = 0 AND {_within("root.article_id")}
      AND (root.thread_size, root.last_seq)
          <> (COALESCE(thread.size, 0), COALESCE(thread.last, root.seq))
"""

# A number that was given is never given again, so `next_seq` is only ever raised.
_DISCUSSIONS = f"""
    SELECT discussion.article_id AS key, discussion.article_id,
           COALESCE(tally.visible, 0) AS visible_count,
           newest.id AS last_comment_id,
           newest.created_at AS last_at,
           GREATEST(discussion.next_seq, tally.last + 1) AS next_seq
    FROM comments_discussion AS discussion
    LEFT JOIN (
        SELECT article_id, max(seq) AS last,
               count(*) FILTER (WHERE status = 'visible') AS visible,
               max(seq) FILTER (WHERE status = 'visible') AS last_visible
        FROM comments_comment
        WHERE {_within("article_id")}
        GROUP BY article_id
    ) AS tally ON tally.article_id = discussion.article_id
    LEFT JOIN comments_comment AS newest
        ON newest.article_id = tally.article_id AND newest.seq = tally.last_visible
    WHERE {_within("discussion.article_id")}
      AND (discussion.visible_count <> COALESCE(tally.visible, 0)
           OR discussion.last_comment_id IS DISTINCT FROM newest.id
           OR discussion.last_at IS DISTINCT FROM newest.created_at
           OR discussion.next_seq <= tally.last)
"""

_COMMENT_COUNTS = f"""
    SELECT article.id AS key, article.id AS article_id,
           COALESCE(discussion.visible_count, 0) AS comment_count
    FROM news_article AS article
    LEFT JOIN comments_discussion AS discussion ON discussion.article_id = article.id
    WHERE {_within("article.id")} AND article.comment_count <> COALESCE(discussion.visible_count, 0)
"""

_RATINGS = f"""
    SELECT article.id AS key, article.id AS article_id, COALESCE(tally.rating, 0) AS rating
    FROM news_article AS article
    LEFT JOIN (
        SELECT article_id, sum(value) AS rating FROM news_articlevote
        WHERE {_within("article_id")} GROUP BY article_id
    ) AS tally ON tally.article_id = article.id
    WHERE {_within("article.id")} AND article.rating <> COALESCE(tally.rating, 0)
"""

# As `wilson_bound`, in the same order of operations, so that not even the last digit differs.
_VOTES = f"""
    SELECT key, article_id, up, down, best
    FROM (
        SELECT comment.id AS key, comment.article_id,
               comment.up AS old_up, comment.down AS old_down, comment.best AS old_best,
               COALESCE(tally.up, 0) AS up, COALESCE(tally.down, 0) AS down,
               CASE WHEN n IS NULL THEN 0 ELSE round(
                   (tally.up::float8 / n + {_Z2} / (2 * n)
                    - sqrt({_Z2} * ((tally.up * tally.down)::float8 / n + {_Z2} / 4)) / n)
                   / (1 + {_Z2} / n) * 1000000
               )::int END AS best
        FROM comments_comment AS comment
        LEFT JOIN (
            SELECT comment_id, count(*) AS n,
                   count(*) FILTER (WHERE value = 1) AS up,
                   count(*) FILTER (WHERE value = -1) AS down
            FROM comments_commentvote
            GROUP BY comment_id
        ) AS tally ON tally.comment_id = comment.id
        WHERE {_within("comment.article_id")}
    ) AS counted
    WHERE (old_up, old_down, old_best) <> (up, down, best)
"""

# In the order in which one follows from the other.
COUNTERS = (
    Counter("comments_comment", "id", ("is_listed",), _LISTED),
    Counter("comments_comment", "id", ("thread_size", "last_seq"), _THREADS),
    Counter(
        "comments_discussion",
        "article_id",
        ("visible_count", "last_comment_id", "last_at", "next_seq"),
        _DISCUSSIONS,
    ),
    Counter("news_article", "id", ("comment_count",), _COMMENT_COUNTS),
    Counter("news_article", "id", ("rating",), _RATINGS),
    Counter("comments_comment", "id", ("up", "down", "best"), _VOTES),
)
