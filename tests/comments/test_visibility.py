"""Comments come and go from sight; every number that follows from it is right at each moment."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import posting, visibility
from comments.models import Comment, Discussion
from news.models import Article
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

SHOWN, HIDDEN, PENDING = Comment.Status.VISIBLE, Comment.Status.HIDDEN, Comment.Status.PENDING


@pytest.fixture
def author():
    return make_user("vera").pk


def say(article, author: int, *parents: int | None) -> list[Comment]:
    """One comment for each of `parents`, the number of what it answers."""
    return [posting.post(article, author, "Word.", parent_seq=parent) for parent in parents]


def change(seq: int, status: str) -> str:
    return visibility.change_status(Comment.objects.get(seq=seq), status)


def listed() -> list[int]:
    return list(Comment.objects.listed().order_by("seq").values_list("seq", flat=True))


def thread(seq: int) -> tuple[int, int]:
    return Comment.objects.values_list("thread_size", "last_seq").get(seq=seq)


def test_what_is_hidden_is_not_counted(article, author):
    say(article, author, None, 1, 1)
    assert change(3, HIDDEN) == SHOWN
    discussion = Discussion.objects.get()
    assert discussion.visible_count == Article.objects.get().comment_count == 2
    assert discussion.last_comment.seq == 2
    assert discussion.last_at == discussion.last_comment.created_at
    assert thread(1) == (2, 2)


def test_a_placeholder_stays_while_something_visible_hangs_on_it(article, author):
    say(article, author, None, 1, 2, 2)
    change(1, HIDDEN)
    change(2, HIDDEN)
    change(3, HIDDEN)
    assert listed() == [1, 2, 4]
    assert thread(1) == (3, 4)
    change(4, HIDDEN)
    assert listed() == []
    assert Discussion.objects.get().last_at is None


def test_what_comes_back_brings_its_placeholders_along(article, author):
    say(article, author, None, 1, 2)
    for seq in (1, 2, 3):
        change(seq, HIDDEN)
    assert change(3, SHOWN) == HIDDEN
    assert listed() == [1, 2, 3]
    assert thread(1) == (3, 3)


def test_the_same_status_again_changes_nothing(article, author):
    say(article, author, None)
    assert change(1, SHOWN) == SHOWN
    assert Discussion.objects.get().visible_count == 1


def test_numbers_go_on_where_hidden_ones_were(article, author):
    say(article, author, None, 1, 1)
    change(2, HIDDEN)
    change(3, HIDDEN)
    assert say(article, author, 1)[0].root_ord == 3
    assert thread(1) == (2, 4)


def test_many_at_once_cost_what_one_costs(article, author):
    say(article, author, None, 1, 2, None, 4, *[1] * 20)
    queries = []
    for pks in ([Comment.objects.get(seq=25).pk], [c.pk for c in Comment.objects.exclude(seq=3)]):
        with CaptureQueriesContext(connection) as captured:
            visibility.change_statuses(pks, HIDDEN)
        queries.append(len(captured))
    assert queries[0] == queries[1]
    assert listed() == [1, 2, 3]


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_the_numbers_are_those_of_the_rows(article, author, seed):
    chance = random.Random(seed)
    for _ in range(120):
        seqs = list(Comment.objects.visible().values_list("seq", flat=True))
        if not seqs or chance.random() < 0.4:
            say(article, author, chance.choice([None, *seqs]))
        else:
            everything = list(Comment.objects.values_list("pk", flat=True))
            some = chance.sample(everything, chance.randint(1, min(4, len(everything))))
            visibility.change_statuses(some, chance.choice(list(Comment.Status)))
        assert_right()


def test_a_change_over_several_discussions_counts_each(author):
    articles = [make_article() for _ in range(3)]
    for article in articles:
        say(article, author, None, 1)
    firsts = Comment.objects.filter(seq=1, discussion__in=[a.pk for a in articles[:2]])
    visibility.change_statuses([comment.pk for comment in firsts], HIDDEN)
    assert [Article.objects.get(pk=a.pk).comment_count for a in articles] == [1, 1, 2]
    assert Comment.objects.listed().count() == 6


def assert_right() -> None:
    comments = {comment.pk: comment for comment in Comment.objects.order_by("-seq")}
    expected = {pk for pk, comment in comments.items() if comment.is_visible}
    for pk, comment in comments.items():  # replies before what they answer
        if pk in expected and comment.parent_id:
            expected.add(comment.parent_id)
    assert {pk for pk, comment in comments.items() if comment.is_listed} == expected
    for root in (comment for comment in comments.values() if comment.depth == 0):
        seqs = [c.seq for c in comments.values() if c.root_seq == root.seq and c.is_listed]
        assert (root.thread_size, root.last_seq) == (len(seqs), max([*seqs, root.seq]))
    discussion, visible = Discussion.objects.get(), [c for c in comments.values() if c.is_visible]
    assert discussion.visible_count == Article.objects.get().comment_count == len(visible)
    assert discussion.last_comment == (visible[0] if visible else None)
