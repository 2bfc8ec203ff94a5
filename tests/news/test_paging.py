"""Pages by keys show every row once, in order, forwards and backwards."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import BadRequest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news.filters import ORDERS
from news.models import Article
from news.paging import keyset_page
from tests.factories import make_rubric, make_source

pytestmark = pytest.mark.django_db
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def make_rows(hours: list[int]) -> None:
    """Articles published that many hours after EPOCH; equal numbers are ties."""
    Article.objects.all().delete()
    Article.objects.bulk_create(
        Article(
            rubric=make_rubric(),
            source=make_source(),
            rights_holder="x",
            licence="x",
            original_language="en",
            state="published",
            published_at=EPOCH + timedelta(hours=hour),
            views=hour,
        )
        for hour in hours
    )


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    hours=st.lists(st.integers(0, 6), max_size=12),
    size=st.integers(1, 5),
    order=st.sampled_from(sorted(ORDERS)),
)
def test_walking_the_pages_meets_every_row_once_and_back_again(db, hours, size, order):
    make_rows(hours)
    order = ORDERS[order]
    wanted = list(Article.objects.order_by(*order).values_list("pk", flat=True))

    there, query = [], QueryDict("")
    page = keyset_page(Article.objects.all(), order, query, size)
    pages = [[row.pk for row in page.items]]
    while page.after:
        page = keyset_page(Article.objects.all(), order, QueryDict(page.next_query[1:]), size)
        pages.append([row.pk for row in page.items])
    there = [pk for one in pages for pk in one]
    assert there == wanted

    back = [pages[-1]]
    while page.before:
        page = keyset_page(Article.objects.all(), order, QueryDict(page.previous_query[1:]), size)
        back.insert(0, [row.pk for row in page.items])
    assert [pk for one in back for pk in one] == wanted


def test_a_new_article_does_not_shift_the_next_page():
    make_rows([1, 2, 3, 4])
    first = keyset_page(Article.objects.all(), ORDERS["newest"], QueryDict(""), 2)
    Article.objects.filter(views=4).update(published_at=EPOCH + timedelta(hours=9))
    second = keyset_page(
        Article.objects.all(), ORDERS["newest"], QueryDict(first.next_query[1:]), 2
    )
    assert [row.views for row in second.items] == [2, 1]


def test_filters_survive_paging():
    make_rows([1, 2, 3])
    query = QueryDict("rubric=space&order=read&after=3~999999")
    page = keyset_page(Article.objects.all(), ORDERS["read"], query, 1)
    assert page.next_query.startswith("?rubric=space&order=read&after=")


@pytest.mark.parametrize(
    "cursor",
    ["x", "1~2~3", "yesterday~1", "2026-01-01T00:00:00Z~x", "~", "2026-01-01T00:00:00Z~--1"],
)
def test_a_cursor_that_is_none_is_a_bad_request(cursor):
    query = QueryDict(mutable=True)
    query["after"] = cursor
    with pytest.raises(BadRequest):
        keyset_page(Article.objects.all(), ORDERS["newest"], query)
