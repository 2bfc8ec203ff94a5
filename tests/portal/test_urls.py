"""Every address answers everybody, whatever they put into it; nobody gets a 500."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comments import posting
from portal import health
from tests.factories import make_article, make_image, make_user, mention

pytestmark = pytest.mark.django_db

SAMPLES = {
    "pk": "{pk}",
    "slug": "probe",
    "seq": "1",
    "username": "vera",
    "name": "vestnik.css",
    "path": "x.jpg",
    "token": "forged",
    "key": "forged",
    "uidb36": "1",
    "ending": "rss",
    "number": "0",
}
STRANGE = [
    *(
        "?page=abc",
        "?after=1",
        "?before=x~y",
        "?after=9999-12-31T23:59:59Z~1",
        "?sort=%00",
        "?q=%ff",
    ),
    *(
        "?rubric=1&rubric=2",
        "?since=0000-00-00",
        "?until=99999-01-01",
        "?order=;drop",
        "?after[]=1",
    ),
    "?after=" + "9" * 5000,
    "?language=" + "%D0%B6" * 500,
]


def routes(patterns=None, prefix: str = "") -> Iterator[str]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def path_of(route: str, pk: int) -> str:
    import re

    route = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: SAMPLES.get(name[1], "x"), route)
    return "/" + re.sub(r"\(\?P.*", "x/", route).replace("{pk}", str(pk)).strip("^$")


@pytest.fixture
def pk() -> int:
    article = make_article("Probe", image=make_image(), languages=("en", "ru"))
    mention(article)
    posting.post(article, make_user("vera").pk, "I was there.")
    return article.pk


@pytest.mark.parametrize("role", ["visitor", "reader", "editor"])
def test_every_address_answers(client, pk, role):
    if role != "visitor":
        client.force_login(make_user(is_staff=role == "editor", is_superuser=role == "editor"))
    health.record_heartbeat()
    paths = [path_of(route, pk) for route in routes()]
    assert len(paths) > 40
    for path in paths:
        for method in (client.get, client.head, client.post, client.put):
            status = method(path).status_code
            assert status < 500, (method, path, status)


@pytest.mark.parametrize("query", STRANGE)
def test_strange_queries_are_answered_calmly(client, pk, query):
    lists = ["", "articles/", "rubrics/space/", "entities/esa/", "discussions/", "users/vera/"]
    for path in [*lists, f"articles/{pk}-probe/", f"articles/{pk}-probe/comments/"]:
        for headers in ({}, {"HX-Request": "true"}):
            response = client.get(f"/ru/{path}{query}", headers=headers)
            assert response.status_code < 500, (path, query)


@pytest.mark.parametrize(
    "path",
    ["nope/", "articles/0-x/", f"articles/{'9' * 30}-x/", f"articles/{'9' * 5000}-x/", "a\0b/"],
)
def test_what_is_not_there_is_said_in_the_readers_language(client, path):
    response = client.get(f"/ru/{path}")
    assert response.status_code in (400, 404)
    assert 'lang="ru"' in response.content.decode()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(["articles/", "discussions/", "rubrics/space/", "articles/1-x/comments/"]),
    query=st.dictionaries(
        st.sampled_from(
            [
                "after",
                "before",
                "sort",
                "rubric",
                "since",
                "until",
                "entity",
                "language",
                "order",
                "discussed",
            ]
        ),
        st.text(max_size=40) | st.from_regex(r"\A[-0-9TZ:.~]{1,40}\Z"),
    ),
    headers=st.dictionaries(
        st.sampled_from(["Accept-Language", "X-Request-ID", "HX-Target", "If-Modified-Since"]),
        st.text(st.characters(max_codepoint=255, min_codepoint=32), max_size=30),
    ),
)
def test_nothing_a_stranger_sends_is_an_error_of_ours(client, db, path, query, headers):
    assert client.get(f"/en/{path}", query, headers=headers).status_code < 500
