"""While somebody reads, a page learns cheaply of new comments, and shows them when asked."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import posting, visibility
from comments.models import Comment, Visit
from tests.factories import make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def author():
    return make_user("anna").pk


def address(article, rest: str = "") -> str:
    return f"/en/articles/{article.pk}-{article.texts.get().slug}/comments/{rest}"


def words(client, article, query: str) -> str:
    response = client.get(address(article, f"update/count/?{query}"))
    assert response.status_code == 200
    return response.content.decode()


def test_a_page_is_told_how_many_are_new(client, article, author):
    assert words(client, article, "after=0") == ""
    for _ in range(3):
        posting.post(article, author, "Hello.")
    assert words(client, article, "after=2") == "Show 1 new comment"
    assert words(client, article, "after=0") == "Show 3 new comments"
    assert words(client, article, "after=0&known=1,3") == "Show 1 new comment"
    assert words(client, article, "after=3") == ""


def test_asking_costs_one_query_and_the_same_answer_no_bytes(client, article, author):
    posting.post(article, author, "Hello.")
    url = address(article, "update/count/?after=0")
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert len(queries) == 1
    again = client.get(url, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    posting.post(article, author, "One more.")
    assert client.get(url, headers={"If-None-Match": response.headers["ETag"]}).status_code == 200


def test_what_nobody_may_see_is_not_counted(client, article, author):
    for status in Comment.Status.values:
        visibility.change_status(posting.post(article, author, "Hello."), status)
    assert words(client, article, "after=0") == "Show 1 new comment"
    article.state = "retracted"
    article.save()
    assert words(client, article, "after=0") == ""


def test_new_comments_come_in_the_order_of_the_page(client, article, author):
    for _ in range(4):
        posting.post(article, author, "Hello.")
    url = address(article, "update/?after=1")
    for sort, expected in [("newest", ["4", "3", "2"]), ("oldest", ["2", "3", "4"])]:
        html = client.get(f"{url}&sort={sort}", headers=HTMX).content.decode()
        assert re.findall(r'id="comment-(\d+)"', html) == expected
        assert "update/count/?after=4" in html
        assert "4 comments</h2>" in html


def test_a_reply_among_them_names_what_it_answers(client, article, author):
    posting.post(article, author, "Question.")
    posting.post(article, author, "Answer.", parent_seq=1)
    html = client.get(address(article, "update/?after=1"), headers=HTMX).content.decode()
    assert "in reply to #1" in html


def test_nothing_new_is_said(client, article, author):
    posting.post(article, author, "Hello.")
    html = client.get(address(article, "update/?after=1"), headers=HTMX).content.decode()
    assert "No new comments." in html
    assert 'id="comment-' not in html


def test_more_than_a_page_of_them_comes_in_parts(client, article, author):
    for number in range(60):
        posting.post(article, author, f"Number {number}.")
    html = client.get(address(article, "update/?after=0"), headers=HTMX).content.decode()
    assert len(re.findall(r'id="comment-', html)) == 50
    assert "Show more new comments" in html
    assert "update/?after=50" in html


def test_without_scripts_update_is_a_link_to_the_newest(client, article, author):
    posting.post(article, author, "Hello.")
    html = client.get(address(article)).content.decode()
    assert re.search(rf'<a id="update" href="{address(article)}"', html)
    response = client.get(address(article, "update/?after=0"))
    assert (response.status_code, response.url) == (302, address(article))


def test_what_a_reader_has_asked_for_is_read(client, article, author):
    posting.post(article, author, "Hello.")
    client.force_login(make_user())
    client.get(address(article, "update/?after=0"), headers=HTMX)
    assert Visit.objects.get().shown_seq == 1


@pytest.mark.parametrize(
    "query",
    [
        *("", "after=", "after=x", "after=-", "after=1&known=x", f"after=1&known={'1,' * 101}"),
        *(f"after={'9' * 400}", "after=0&known=1%00", "after=%D9%A1"),
    ],
)
def test_nonsense_is_refused(client, article, author, query):
    posting.post(article, author, "Hello.")
    for name in ("update/count/", "update/"):
        assert client.get(address(article, f"{name}?{query}"), headers=HTMX).status_code == 400


def test_the_list_of_discussions_is_brought_up_to_date_with_one_query(client, article, author):
    posting.post(article, author, "Hello.")
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/en/discussions/latest/")
    assert len(queries) == 1
    assert "Probe lands" in response.content.decode()
    again = client.get(
        "/en/discussions/latest/", headers={"If-None-Match": response.headers["ETag"]}
    )
    assert again.status_code == 304
