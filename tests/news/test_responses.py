"""Articles that readers wrote in answer to others."""

import pytest

from news.article_page import MOST_RESPONSES
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db


def page(client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def make_response(title: str, author, to=None, kind: str = "reply", **fields):
    to = to or make_article()
    return make_article(title, response_to=to, response_kind=kind, author=author, **fields)


def test_an_article_and_its_responses_lead_to_each_other(client):
    vera = make_user("vera")
    answered = make_article("What was said")
    response = make_response("What was left out", vera, answered, "addition")
    text = page(client, f"/en/articles/{answered.pk}-what-was-said/")
    assert response.get_absolute_url() in text
    assert "Addition" in text
    back = page(client, f"/en/articles/{response.pk}-what-was-left-out/")
    assert "In addition to: " in back
    assert f"/en/articles/{answered.pk}-what-was-said/" in back


def test_a_readers_responses_have_a_page_that_their_profile_links(client):
    vera = make_user("vera")
    make_response("By Vera", vera)
    make_response("Not out yet", vera, state="in_review")
    make_response("By somebody else", make_user())
    make_article("No response", author=vera)
    profile = page(client, "/en/users/vera/")
    assert "/en/users/vera/responses/" in profile
    assert "1 response to articles" in profile
    listed = client.get("/en/users/vera/responses/").context["page"].items
    assert [article.title for article in listed] == ["By Vera"]


def test_a_reader_without_responses_has_a_page_that_says_so(client):
    make_user("vera")
    assert "No responses to articles yet." in page(client, "/en/users/vera/responses/")
    assert client.get("/en/users/Vera/responses/").url == "/en/users/vera/responses/"
    page(client, "/en/users/nobody/responses/", 404)
    make_user("gone", is_active=False)
    page(client, "/en/users/gone/responses/", 404)


def test_an_article_with_many_responses_leads_to_all_of_them(client):
    answered, vera = make_article("What was said"), make_user()
    for number in range(MOST_RESPONSES + 1):
        make_response(f"Response {number}", vera, answered)
    address = f"/en/articles/{answered.pk}-what-was-said/"
    assert f'href="{address}responses/"' in page(client, address)
    first = client.get(f"{address}responses/").context["page"]
    rest = client.get(f"{address}responses/{first.next_query}").context["page"]
    assert len(first.items) + len(rest.items) == MOST_RESPONSES + 1
    wrong = client.get(f"/en/articles/{answered.pk}-else/responses/")
    assert (wrong.status_code, wrong.url) == (301, f"{address}responses/")


@pytest.mark.parametrize("ending", ["rss", "atom", "json"])
def test_feeds_tell_what_is_said_about_an_article_and_what_a_reader_says(client, ending):
    article, reader = make_article("Probe"), make_user("reader")
    make_response("I doubt it", reader, article)
    make_response("Hidden", reader, article, state="in_review")
    make_article("Of the newsroom")
    for page in [f"/en/articles/{article.pk}-probe/responses/", "/en/users/reader/responses/"]:
        assert f"{page}feed.{ending}" in client.get(page).content.decode()
        feed = client.get(f"{page}feed.{ending}").content.decode()
        assert "I doubt it" in feed
        assert "Hidden" not in feed
        assert "Of the newsroom" not in feed
