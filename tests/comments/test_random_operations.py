"""Whatever readers and moderators do, in whatever order: every counter is what the rows say.

Some hundred operations by default; `OPERATIONS=10000` in the environment does more.
"""

import os
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from comments import moderation, posting, self_check, visibility, voting
from comments.models import Comment, ModerationEvent, wilson_bound
from tests.factories import make_article, make_user

STEPS = 50
OPERATIONS = int(os.environ.get("OPERATIONS", "200"))

Action = ModerationEvent.Action
PICK = st.integers(0, 10_000)
STATUS = st.sampled_from(Comment.Status.values)
DRIFT = """
    SELECT 'discussion', d.article_id FROM comments_discussion d
    LEFT JOIN LATERAL (
        SELECT count(*) AS number, max(seq) AS newest FROM comments_comment c
        WHERE c.article_id = d.article_id AND c.status = 'visible'
    ) visible ON TRUE
    LEFT JOIN comments_comment last ON last.id = d.last_comment_id
    JOIN news_article a ON a.id = d.article_id
    WHERE d.visible_count <> visible.number OR a.comment_count <> visible.number
       OR last.seq IS DISTINCT FROM visible.newest OR d.last_at IS DISTINCT FROM last.created_at
       OR d.next_seq <> (
            SELECT count(*) + 1 FROM comments_comment c WHERE c.article_id = d.article_id)
  UNION ALL
    SELECT 'votes', c.id FROM comments_comment c
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE value = 1) AS up, count(*) FILTER (WHERE value = -1) AS down
        FROM comments_commentvote v WHERE v.comment_id = c.id
    ) votes
    WHERE (c.up, c.down) <> (votes.up, votes.down)
  UNION ALL
    SELECT 'listed', c.id FROM comments_comment c
    WHERE c.is_listed <> (c.status = 'visible' OR EXISTS (
        SELECT 1 FROM comments_comment r WHERE r.parent_id = c.id AND r.is_listed))
  UNION ALL
    SELECT 'thread', c.id FROM comments_comment c
    WHERE c.depth = 0 AND c.thread_size <> (
        SELECT count(*) FROM comments_comment t
        WHERE t.article_id = c.article_id AND t.root_seq = c.seq AND t.is_listed)
"""


class Talk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.articles = [make_article() for _ in range(2)]
        long_ago = timezone.now() - timedelta(days=30)
        self.readers = [make_user(date_joined=long_ago) for _ in range(3)]
        self.moderator = make_user(is_superuser=True)

    def teardown(self) -> None:
        assert self_check.run().drift == []
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def some(self, pick: int, *statuses: str) -> Comment | None:
        among = Comment.objects.filter(status__in=statuses) if statuses else Comment.objects.all()
        comments = list(among.select_related("discussion__article").order_by("pk"))
        return comments[pick % len(comments)] if comments else None

    @rule(pick=PICK, who=PICK)
    def post(self, pick: int, who: int) -> None:
        posting.post(self.articles[pick % 2], self.readers[who % 3].pk, f"Word {pick}.")

    @rule(pick=PICK, who=PICK)
    def reply(self, pick: int, who: int) -> None:
        if parent := self.some(pick, "visible"):
            article = parent.discussion.article
            posting.post(article, self.readers[who % 3].pk, "Answer.", parent.seq)

    @rule(pick=PICK)
    def edit(self, pick: int) -> None:
        if comment := self.some(pick, "visible", "pending"):
            posting.edit(comment, f"Edited {pick}.")

    @rule(pick=PICK)
    def delete(self, pick: int) -> None:
        if comment := self.some(pick):
            posting.delete(comment)

    @rule(pick=PICK)
    def restore(self, pick: int) -> None:
        if comment := self.some(pick, "deleted"):
            posting.restore(comment)

    @rule(pick=PICK, who=PICK, value=st.sampled_from([1, -1, 0]))
    def vote(self, pick: int, who: int, value: int) -> None:
        comment = self.some(pick, "visible")
        if comment and comment.author_id != self.readers[who % 3].pk:
            voting.vote(comment, self.readers[who % 3], value)

    @rule(pick=PICK, action=st.sampled_from(list(moderation.OUTCOMES)))
    def moderate(self, pick: int, action: str) -> None:
        if comment := self.some(pick, *moderation.OUTCOMES[action][1]):
            moderation.decide([comment.pk], action, moderation.Ruling(self.moderator))

    @rule(
        picks=st.lists(PICK, min_size=2, max_size=5), status=st.sampled_from(Comment.Status.values)
    )
    def change_many(self, picks: list[int], status: str) -> None:
        some = [comment.pk for pick in picks if (comment := self.some(pick))]
        visibility.change_statuses(some, status)

    @invariant()
    def counters_are_what_the_rows_say(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(DRIFT)
            assert cursor.fetchall() == []
        for comment in Comment.objects.exclude(best=0).only("up", "down", "best"):
            assert comment.best == wilson_bound(comment.up, comment.down)


@pytest.mark.django_db
def test_no_counter_drifts() -> None:
    enough = settings(
        max_examples=max(1, OPERATIONS // STEPS),
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Talk, settings=enough)
