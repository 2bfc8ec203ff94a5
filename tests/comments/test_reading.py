"""A discussion is read: in pages, in any order, at the same cost."""

import re

import pytest

from comments import posting
from comments.models import Comment
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db


def talk(article, threads: int, replies: int = 0) -> None:
    author = make_user().pk
    for _ in range(threads):
        root = posting.post(article, author, "A thread.")
        for _ in range(replies):
            posting.post(article, author, "A reply.", parent_seq=root.seq)


def numbers(client, url: str) -> list[int]:
    response = client.get(url)
    assert response.status_code == 200
    return [int(seq) for seq in re.findall(r'id="comment-(\d+)"', response.content.decode())]


def url_of(article, rest: str = "") -> str:
    return f"/en/articles/{article.pk}-{article.texts.get().slug}/comments/{rest}"


def test_the_newest_thread_comes_first(client):
    article = make_article()
    talk(article, 3)
    assert numbers(client, url_of(article)) == [3, 2, 1]


@pytest.mark.parametrize("sort", ["newest", "oldest", "best", "active", "nonsense"])
def test_walking_the_pages_meets_every_thread_once(client, sort):
    article = make_article()
    talk(article, 45)
    Comment.objects.filter(seq__in=[5, 30]).update(best=500)
    Comment.objects.filter(seq=7).update(last_seq=99)
    seen, url = [], url_of(article, f"?sort={sort}")
    while url:
        seen += numbers(client, url)
        after = re.search(r'rel="next" href="([^"]+)"', client.get(url).content.decode())
        url = after and after[1].replace("&amp;", "&")
    assert sorted(seen) == list(range(1, 46))
    assert {"best": seen[:2] == [5, 30], "active": seen[0] == 7}.get(sort, True)


def test_a_long_thread_shows_its_first_replies_and_how_many_more(client):
    article = make_article()
    talk(article, 1, replies=8)
    response = client.get(url_of(article)).content.decode()
    assert "3 more replies" in response
    assert numbers(client, url_of(article, "1/")) == list(range(1, 10))


def test_a_permalink_shows_what_the_comment_answers(client):
    article, author = make_article(), make_user().pk
    for parent in (None, 1, 2, 3):
        posting.post(article, author, "Word.", parent_seq=parent)
    assert numbers(client, url_of(article, "3/")) == [1, 2, 3, 4]


def test_a_hidden_comment_has_no_page(client):
    article = make_article()
    talk(article, 1)
    Comment.objects.update(status="hidden", is_listed=False)
    assert client.get(url_of(article, "1/")).status_code == 404


@pytest.mark.parametrize("rest", ["", "?sort=best", "1/"])
def test_reading_costs_the_same_for_10_and_40_comments(client, rest):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    article = make_article()
    counts = []
    for _ in range(2):
        talk(article, 5 if not counts else 15, replies=2)
        with CaptureQueriesContext(connection) as queries:
            numbers(client, url_of(article, rest))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_profile_shows_a_readers_comments(client):
    article, reader = make_article("Probe lands"), make_user("vera")
    posting.post(article, reader.pk, "I was there.")
    posting.post(make_article(), make_user().pk, "I was not.")
    text = client.get("/en/users/vera/").content.decode()
    assert "I was there." in text
    assert "Probe lands" in text
    assert "I was not." not in text
    assert reader.email not in text
    assert client.get("/en/users/VERA/").status_code == 301
