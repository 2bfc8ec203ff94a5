from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from news import generations
from news.models import Article, ArticleVote
from news.rating import rate
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db


def vote(client, article, value):
    return client.post(f"/en/articles/{article.pk}-x/vote/", {"value": value})


def rating() -> int:
    return Article.objects.get().rating


def test_a_reader_votes_changes_their_mind_and_takes_it_back(client):
    article = make_article()
    client.force_login(make_user())
    for value, expected in [("1", 1), ("1", 1), ("-1", -1), ("0", 0)]:
        vote(client, article, value)
        assert rating() == expected


def test_two_readers_make_two(client):
    article = make_article()
    for _ in range(2):
        client.force_login(make_user())
        vote(client, article, "-1")
    assert rating() == -2


def test_a_visitor_is_asked_to_log_in(client):
    response = vote(client, make_article(), "1")
    assert response.status_code == 302
    assert "/accounts/login/" in response.url
    assert rating() == 0


@pytest.mark.parametrize("value", ["2", "", "x", "1\0", "9" * 400])
def test_anything_else_is_no_vote(client, value):
    client.force_login(make_user())
    assert vote(client, make_article(), value).status_code == 400
    assert not ArticleVote.objects.exists()


def test_get_never_votes(client):
    article = make_article()
    client.force_login(make_user())
    assert client.get(f"/en/articles/{article.pk}-x/vote/?value=1").status_code == 405
    assert rating() == 0


def test_what_is_not_public_has_no_votes(client):
    client.force_login(make_user())
    assert vote(client, make_article(state="draft"), "1").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_hundred_votes_at_once_by_one_reader_count_once():
    article, reader = make_article(), make_user()

    def vote_once(_number: int) -> int:
        try:
            return rate(article, reader.pk, 1)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(vote_once, range(100))) == {1}
    assert rating() == ArticleVote.objects.count() == 1


def test_a_vote_makes_the_articles_pages_old(client, django_capture_on_commit_callbacks):
    article = make_article()
    name = generations.of_article(article.pk)
    client.force_login(make_user())
    with django_capture_on_commit_callbacks(execute=True):
        vote(client, article, "-1")
    first = generations.current(name)
    with django_capture_on_commit_callbacks(execute=True):
        vote(client, article, "1")
    assert None is not first != generations.current(name)


def test_the_vote_of_the_reader_is_shown_to_nobody_else(client):
    article = make_article("Probe lands")
    client.force_login(make_user())
    vote(client, article, "-1")
    address = f"/en/articles/{article.pk}-probe-lands/"
    assert client.get(address).context["article"].own_vote == -1
    client.force_login(make_user())
    assert client.get(address).context["article"].own_vote is None
