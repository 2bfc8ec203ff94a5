"""Reading costs the same in a discussion of ten comments and of ten thousand."""

import re

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from comments import reading
from comments.templatetags.comments import latest_discussions
from tests.crowd import make_talk
from tests.factories import make_article, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_changes")]

SIZES = [10, 1_000, 10_000]


@pytest.fixture(scope="module")
def articles(django_db_setup, django_db_blocker):
    """Three discussions for all the tests of this module, each of which rolls back what it adds."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = [make_user(f"crowd{number}").pk for number in range(12)]
        made = [make_article(f"Talk of {size}") for size in SIZES]
        for article, size in zip(made, SIZES, strict=True):
            make_talk(article, people, size)
        yield made
        transaction.set_rollback(True)


def address_of(article) -> str:
    return f"/en/articles/{article.pk}-{article.texts.get().slug}/"


def cost(client, url: str) -> tuple[int, int]:
    """(queries, bytes of HTML), once what seldom changes is remembered."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert response.status_code == 200
    return len(queries), len(response.content)


def pages(client, article, query: str) -> list[str]:
    """Addresses of the first, second and third page, as far as they are there."""
    found = [f"{address_of(article)}comments/{query}"]
    for _ in range(2):
        html = client.get(found[-1]).content.decode()
        if following := re.search(r'rel="next" href="([^"]+)"', html):
            found.append(following[1].replace("&amp;", "&"))
    return found


@pytest.mark.parametrize("sort", [*reading.SORTS, "newest&language=ru", "flat&language=en"])
@pytest.mark.parametrize(("is_reader", "most"), [(False, 4), (True, 7)])
def test_every_page_of_a_discussion_costs_the_same(client, articles, sort, is_reader, most):
    if is_reader:
        client.force_login(make_user())
    costs = [
        cost(client, url) for article in articles for url in pages(client, article, f"?sort={sort}")
    ]
    assert len(costs) >= 7
    assert len({queries for queries, _size in costs}) == 1
    assert costs[0][0] <= most
    assert max(size for _queries, size in costs) <= 100 * 1024


@pytest.mark.parametrize("rest", ["1/", "9/", "1/?after=9"])
@pytest.mark.parametrize(("is_reader", "most"), [(False, 4), (True, 7)])
def test_a_permalink_costs_the_same(client, articles, rest, is_reader, most):
    if is_reader:
        client.force_login(make_user())
    costs = [cost(client, f"{address_of(article)}comments/{rest}") for article in articles]
    assert len({queries for queries, _size in costs}) == 1
    assert costs[0][0] <= most
    assert max(size for _queries, size in costs) <= 100 * 1024


def test_an_article_shows_its_discussion_with_two_queries(client, articles):
    costs = [cost(client, address_of(article))[0] for article in articles]
    assert len(set(costs)) == 1
    with CaptureQueriesContext(connection) as queries:
        page = reading.discussion_page(articles[-1], QueryDict())
        assert page.nodes
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        latest_discussions()
    assert len(queries) == 1
