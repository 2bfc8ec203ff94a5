"""What pages ask the database: few things, and not more the more there is to show."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import posting
from news import generations
from news.models import Article, Correction, Rubric
from tests.factories import make_article, make_image, make_rubric, make_user, mention

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_changes")]


def queries_of(client, url: str) -> int:
    assert client.get(url).status_code == 200  # what is remembered is remembered now
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def for_ten_then_twenty(client, url: str, add: Callable[[int], None]) -> int:
    counts = []
    for start in (0, 10):
        for number in range(start, start + 10):
            add(number)
        counts.append(queries_of(client, url))
    assert counts[0] == counts[1]
    return counts[0]


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("/en/", 7),
        ("/en/articles/", 5),
        ("/en/rubrics/space/", 5),
        ("/en/sources/agency/", 5),
        ("/en/entities/esa/", 5),
    ],
)
def test_a_list(client, url, most):
    def add(number: int) -> None:
        article = make_article(image=make_image(), languages=("en", "ru"))
        mention(article)
        mention(article, f"entity-{number}")

    assert for_ten_then_twenty(client, url, add) <= most


@pytest.mark.parametrize(("reader", "most"), [(None, 5), ("vera", 7)])
def test_an_article(client, reader, most):
    article = make_article(image=make_image(), languages=("en", "ru"), author=make_user())
    article.response_to, article.response_kind = make_article(), Article.ResponseKind.REPLY
    article.save()
    if reader:
        client.force_login(make_user(reader))

    def add(number: int) -> None:
        mention(article, f"entity-{number}")
        Correction.objects.create(article=article, kind="typo", note_en="5.", note_ru="Было 5.")
        make_article(response_to=article, response_kind="reply", author=make_user())
        posting.post(article, make_user().pk, f"Comment {number}.")

    url = f"/en/articles/{article.pk}-{article.texts.get(language='en').slug}/"
    assert for_ten_then_twenty(client, url, add) <= most


def test_what_is_remembered_is_never_older_than_the_news(
    client, django_capture_on_commit_callbacks
):
    rubric = make_rubric()
    assert ">Space</a>" in client.get("/en/").content.decode()
    Rubric.objects.filter(pk=rubric.pk).update(name_en="Cosmos")
    with django_capture_on_commit_callbacks(execute=True):
        generations.bump(generations.NEWS)
    assert ">Cosmos</a>" in client.get("/en/").content.decode()
