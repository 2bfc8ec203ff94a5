"""Readers vote on comments: once each, never on themselves, and newcomers not yet."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from comments import posting, voting
from comments.models import Comment, CommentVote, wilson_bound
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=30)


@pytest.fixture
def comment(article):
    return posting.post(article, make_user("vera").pk, "It landed.")


@pytest.fixture
def reader(client):
    user = make_user("boris", date_joined=LONG_AGO)
    client.force_login(user)
    return user


def vote(client, article, **data):
    url = f"/en/articles/{article.pk}-{article.texts.get().slug}/comments/vote/"
    headers = data.pop("headers", {})
    return client.post(url, data, headers=headers)


def counted() -> tuple[int, int]:
    comment = Comment.objects.get(seq=1)
    assert comment.best == wilson_bound(comment.up, comment.down)
    assert comment.up == CommentVote.objects.filter(value=1).count()
    assert comment.down == CommentVote.objects.filter(value=-1).count()
    return comment.up, comment.down


def test_a_reader_votes_changes_their_mind_and_takes_it_back(client, article, comment, reader):
    for name, expected in [("up", (1, 0)), ("up", (1, 0)), ("down", (0, 1)), ("none", (0, 0))]:
        response = vote(client, article, **{name: 1})
        assert response.status_code == 302
        assert counted() == expected


def test_the_vote_leads_back_to_the_page_it_was_given_on(client, article, comment, reader):
    here = "http://testserver/en/articles/1-x/comments/?sort=best"
    response = vote(client, article, up=1, headers={"Referer": f"{here}#discussion"})
    assert response.url == f"{here}#comment-1"
    response = vote(client, article, up=1, headers={"Referer": "https://evil.example/"})
    assert response.url.startswith("/en/articles/")


def test_htmx_gets_the_comments_own_actions_with_the_vote_in_them(client, article, comment, reader):
    response = vote(client, article, up=1, headers={"HX-Request": "true"})
    assert response.headers["HX-Retarget"].startswith("#comment-1 ")
    text = response.content.decode()
    assert "<html" not in text
    assert "+1" in text
    assert text.count("aria-pressed") == 1


def test_the_page_remembers_the_vote(client, article, comment, reader):
    vote(client, article, down=1)
    assert 'aria-pressed="true">Down' in client.get(comment.get_absolute_url()).content.decode()
    client.force_login(make_user())
    assert "aria-pressed" not in client.get(comment.get_absolute_url()).content.decode()


def test_nobody_votes_on_their_own_comment(client, article, comment, reader):
    posting.post(article, reader.pk, "My own.")
    response = vote(client, article, up=2, headers={"HX-Request": "true"})
    assert "Nobody votes on what they wrote themselves." in response.content.decode()
    assert not CommentVote.objects.exists()


def test_a_newcomer_is_told_when_they_can_vote(client, article, comment):
    newcomer = make_user()
    client.force_login(newcomer)
    response = vote(client, article, up=1)
    assert (
        "You can vote once a comment of yours is published"
        in client.get(response.url).content.decode()
    )
    assert counted() == (0, 0)
    posting.post(article, newcomer.pk, "Hello.")
    vote(client, article, up=1)
    assert counted() == (1, 0)


def test_a_visitor_is_asked_to_log_in(client, article, comment):
    assert "/accounts/login/" in vote(client, article, up=1).url
    assert not CommentVote.objects.exists()


@pytest.mark.parametrize(
    "data", [{}, {"up": 1, "down": 1}, {"up": "x"}, {"up": "1\0"}, {"up": 0}, {"up": "9" * 400}]
)
def test_anything_else_is_no_vote(client, article, comment, reader, data):
    assert vote(client, article, **data).status_code == 400
    assert not CommentVote.objects.exists()


@pytest.mark.parametrize("status", ["hidden", "pending", "deleted", "spam"])
def test_what_is_out_of_sight_has_no_votes(client, article, comment, reader, status):
    Comment.objects.update(status=status, is_listed=False)
    assert vote(client, article, up=1).status_code == 404
    assert not CommentVote.objects.exists()


def test_a_placeholder_has_no_votes(client, article, comment, reader):
    posting.post(article, reader.pk, "An answer keeps it listed.", parent_seq=1)
    Comment.objects.filter(seq=1).update(status="deleted")
    assert vote(client, article, up=1).status_code == 302
    assert not CommentVote.objects.exists()


def test_a_number_of_another_article_is_not_found(client, article, comment, reader):
    assert vote(client, make_article(), up=1).status_code == 404


@pytest.mark.parametrize("method", ["get", "head", "put"])
def test_only_a_post_votes(client, article, comment, reader, method):
    url = f"/en/articles/{article.pk}-x/comments/vote/"
    assert getattr(client, method)(f"{url}?up=1").status_code == 405
    assert not CommentVote.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_hundred_parallel_votes_of_one_reader_are_one():
    article, voter = make_article(), make_user(date_joined=LONG_AGO)
    comment = posting.post(article, make_user().pk, "Vote for me.")

    def press(number: int) -> None:
        try:
            voting.vote(Comment.objects.get(pk=comment.pk), voter, 1)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(press, range(100)))
    assert counted() == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_parallel_votes_of_many_readers_are_all_counted():
    article, voters = make_article(), [make_user(date_joined=LONG_AGO) for _ in range(30)]
    comment = posting.post(article, make_user().pk, "Vote for me.")

    def press(number: int) -> None:
        try:
            voting.vote(Comment.objects.get(pk=comment.pk), voters[number], -1 if number % 3 else 1)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(press, range(30)))
    assert counted() == (10, 20)
