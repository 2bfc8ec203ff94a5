"""The nightly self-check of discussions over many comments: how long it takes, and what it finds.

A portal is filled with comments, three votes on each and some on every article. The check runs
over it as it is, where nothing may be found, a few times. Then counters of every kind are falsified
and it runs again: it must find each of them, and nothing the time after.

The time is that of the median of the clean runs, for a million comments. It is measured at
--comments; where that is not a million, it is a proportion: run two sizes to see that it holds.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from tqdm import tqdm

from benchmarks.serving import portal

_COMMENTS_OF_ARTICLE = 50  # on average; some hundreds in the liveliest discussions
_EACH = 40  # counters of each kind that are falsified

# Falsifies so many, and names the rows; each by a statement of its own, so that all are different.
_FALSIFIED = {
    "is_listed": ("comments_comment", "id", "is_listed = NOT is_listed"),
    "thread_size": ("comments_comment", "id", "thread_size = thread_size + 3"),
    "up": ("comments_comment", "id", "up = up + 1"),
    "best": ("comments_comment", "id", "best = best - 1"),
    "visible_count": ("comments_discussion", "article_id", "visible_count = visible_count - 1"),
    "last_at": ("comments_discussion", "article_id", "last_at = last_at - interval '1 hour'"),
    "comment_count": ("news_article", "id", "comment_count = comment_count + 1"),
    "rating": ("news_article", "id", "rating = rating - 5"),
}
_ONLY = {
    # Leaves: else those that they answer would be wrong as well.
    "is_listed": "NOT EXISTS (SELECT 1 FROM comments_comment AS a WHERE a.parent_id = t.id)"
    " AND t.depth > 0",
    "thread_size": "t.depth = 0",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--comments", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with portal():
        print(" ".join(f"{k}={v}" for k, v in _measure(options.comments, options.rounds).items()))


def _measure(comments: int, rounds: int) -> dict[str, object]:
    from benchmarks.growth_rows import fill
    from comments import self_check

    fill(max(20, comments // _COMMENTS_OF_ARTICLE), comments, "portal")
    _vote()
    times, false_alarms = [], 0
    for _ in tqdm(range(rounds), desc="clean runs", leave=False):
        with _timed(times):
            false_alarms += self_check.run().drifted
    made = _falsify()
    found = self_check.run().drifted
    return {
        "comments": comments,
        "false_alarms": false_alarms,
        "drift_made": made,
        "drift_left": self_check.run().drifted,
        "seconds_per_million": f"{median(times) * 1_000_000 / comments:.1f}",
        "drift_found": found,
    }


@contextmanager
def _timed(times: list[float]) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    times.append(time.perf_counter() - begin)


def _vote() -> None:
    """Rows behind the counters that comments were made with, and a few votes for each article."""
    _execute(
        """
        INSERT INTO comments_commentvote (comment_id, user_id, value, created_at)
        SELECT comment.id, 1 + (comment.id * 7 + vote) % readers.count,
               CASE WHEN vote <= comment.up THEN 1 ELSE -1 END, now()
        FROM comments_comment AS comment
        CROSS JOIN (SELECT count(*) FROM portal_user) AS readers
        CROSS JOIN LATERAL generate_series(1, comment.up + comment.down) AS vote
        ON CONFLICT DO NOTHING
        """,
        """
        INSERT INTO news_articlevote (article_id, user_id, value, created_at)
        SELECT article.id, reader.id, 1, now()
        FROM news_article AS article JOIN portal_user AS reader ON reader.id <= article.id % 6
        """,
        "UPDATE news_article SET rating = id % 6",
        "VACUUM ANALYZE",
    )


def _falsify() -> int:
    """Different rows for each kind; returns how many."""
    for number, (name, (table, key, change)) in enumerate(_FALSIFIED.items()):
        _execute(
            f"UPDATE {table} SET {change} WHERE {key} IN ("
            f" SELECT t.{key} FROM {table} AS t"
            f" WHERE t.{key} % 9 = {number} AND {_ONLY.get(name, 'true')}"
            f" ORDER BY t.{key} LIMIT {_EACH})"
        )
    return _EACH * len(_FALSIFIED)


def _execute(*statements: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


if __name__ == "__main__":
    main()
