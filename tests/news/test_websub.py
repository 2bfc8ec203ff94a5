"""A hub, and through it every subscriber of a feed, hears at once what has changed."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from news import websub
from news.models import Article
from news.tasks import tell_hub
from portal.embedded import free_port
from tests.factories import make_article, mention

pytestmark = pytest.mark.django_db


class Hub(ThreadingHTTPServer):
    """Speaks HTTP on a port of its own, and remembers what it was told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: list[dict[str, list[str]]] = []
        self.status = 204

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    @property
    def topics(self) -> list[str]:
        return [url for fields in self.told for url in fields["hub.url"]]


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields: dict[str, list[str]] = {}
        for name, value in parse_qsl(body, strict_parsing=True):
            fields.setdefault(name, []).append(value)
        self.server.told.append(fields)
        self.send_response(self.server.status)
        self.send_header("Location", self.server.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def hub(settings) -> Iterator[Hub]:
    with Hub() as hub:
        thread = threading.Thread(target=hub.serve_forever, args=(0.01,))
        thread.start()
        settings.WEBSUB_HUB = hub.url
        yield hub
        hub.shutdown()
        thread.join()


def test_the_hub_is_told_of_every_feed_that_shows_a_new_article(hub, client):
    mention(make_article())
    tell_hub()
    assert [fields["hub.mode"] for fields in hub.told] == [["publish"]]
    places = ["", "rubrics/space/", "sources/agency/", "entities/esa/"]
    expected = {
        f"http://testserver/{language}/{place}feed.{ending}"
        for language in ("en", "ru")
        for place in places
        for ending in ("rss", "atom", "json")
    }
    assert set(hub.topics) == expected and len(hub.topics) == len(expected)
    for url in hub.topics:
        assert client.get(url.removeprefix("http://testserver")).status_code == 200


def test_the_hub_is_told_of_a_change_once(hub):
    article = make_article()
    assert [websub.tell_hub(), websub.tell_hub()] == [1, 0]
    Article.objects.filter(pk=article.pk).update(views=9, rating=3, comment_count=2)
    assert websub.tell_hub() == 0
    article.retract("Wrong.", "Неверно.")
    assert [websub.tell_hub(), websub.tell_hub()] == [1, 0]


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "binned"])
def test_the_hub_hears_nothing_of_what_is_not_public(hub, state):
    make_article(state=state, published_at=timezone.now())
    assert websub.tell_hub() == 0
    assert hub.told == []


@pytest.mark.parametrize("status", [301, 307, 400, 503])
def test_a_hub_that_refuses_is_told_again(hub, status):
    make_article()
    hub.status = status
    assert websub.tell_hub() == 0
    hub.status = 202
    assert [websub.tell_hub(), websub.tell_hub()] == [1, 0]
    assert len(hub.told) == 2


def test_a_hub_that_is_away_is_told_later(hub, settings):
    make_article()
    settings.WEBSUB_HUB = f"http://127.0.0.1:{free_port()}/"
    assert websub.tell_hub() == 0
    settings.WEBSUB_HUB = hub.url
    assert websub.tell_hub() == 1


def test_a_change_while_the_hub_is_told_is_told_as_well(hub, monkeypatch):
    article = make_article()
    post = websub._post

    def change_and_post(fields):
        article.save()
        post(fields)

    monkeypatch.setattr(websub, "_post", change_and_post)
    websub.tell_hub()
    monkeypatch.undo()
    assert [websub.tell_hub(), websub.tell_hub()] == [1, 0]


def test_what_changed_more_than_a_day_ago_is_given_up(hub):
    make_article()
    assert websub.tell_hub(now=timezone.now() + timedelta(hours=25)) == 0
    assert hub.told == []


def test_many_feeds_are_told_in_requests_of_a_hundred(hub, django_assert_num_queries):
    for _ in range(2):
        article = make_article()
        for number in range(20):
            mention(article, f"entity-{number}")
    with CaptureQueriesContext(connection) as queries:
        assert websub.tell_hub() == 2
    assert [len(fields["hub.url"]) for fields in hub.told] == [100, 38]
    assert len(queries) == 4


def test_without_a_hub_nobody_is_told(settings):
    make_article()
    assert settings.WEBSUB_HUB == ""
    assert websub.tell_hub() == 0


@pytest.mark.parametrize("place", ["", "rubrics/space/", "entities/esa/"])
def test_feeds_name_the_hub_and_themselves(hub, client, place):
    mention(make_article())
    atom = "{http://www.w3.org/2005/Atom}"
    for ending in ("rss", "atom", "json"):
        response = client.get(f"/en/{place}feed.{ending}")
        url = f"http://testserver/en/{place}feed.{ending}"
        assert response["Link"] == f'<{hub.url}>; rel="hub", <{url}>; rel="self"'
        if ending == "json":
            told = json.loads(response.content)
            assert (told["hubs"], told["feed_url"]) == ([{"type": "WebSub", "url": hub.url}], url)
        else:
            links = ElementTree.fromstring(response.content).iter(f"{atom}link")
            named = {link.get("rel"): link.get("href") for link in links if link.get("rel")}
            assert (named["hub"], named["self"]) == (hub.url, url)


def test_without_a_hub_feeds_name_none(client):
    make_article()
    for ending in ("rss", "atom", "json"):
        response = client.get(f"/en/feed.{ending}")
        assert "Link" not in response
        assert b'"hub' not in response.content
