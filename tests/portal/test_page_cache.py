"""Visitors get pages from memory; what is published, edited or retracted shows at once."""

import threading

import pytest
from django.db import connection
from django.test import Client

from comments import posting
from news.front_page import FrontPage, front_page
from news.models import Article
from news.rating import rate
from news.redis_client import client as redis_client
from portal import page_cache
from tests.factories import add_text, make_article, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("kept_pages")]


@pytest.fixture
def article() -> Article:
    return make_article("Probe lands")


def url_of(article: Article) -> str:
    return f"/en/articles/{article.pk}-{article.texts.get(language='en').slug}/"


def found_in(client: Client, url: str, **headers: str) -> str:
    return client.get(url, headers=headers).get("X-Page-Cache", "nowhere")


def later(client: Client, url: str) -> str:
    """The page once this process's memory of a second has passed."""
    page_cache.forget_everything()
    return client.get(url).content.decode()


@pytest.mark.parametrize("path", ["/en/", "/ru/articles/", "/en/feed.atom", "/sitemap.xml"])
def test_the_second_visitor_costs_no_query(client, article, django_assert_num_queries, path):
    first = client.get(path)
    with django_assert_num_queries(0):
        assert client.get(path).content == first.content
        page_cache.forget_everything()
        assert found_in(client, path) == "redis"
        assert found_in(client, path) == "memory"


def test_a_page_found_in_redis_costs_one_round_trip(client, article):
    client.get("/en/")
    page_cache.forget_everything()
    before = redis_client().info("commandstats")
    client.get("/en/")
    after = redis_client().info("commandstats")
    asked = {
        name for name in after if after[name]["calls"] > before.get(name, {"calls": 0})["calls"]
    }
    assert asked - {"cmdstat_info"} == {"cmdstat_mget"}


def test_publishing_and_retracting_show_on_every_page(client, article):
    pages = ["/en/", "/en/articles/", "/en/rubrics/space/", "/en/feed.rss", url_of(article)]
    assert all("Second" not in later(client, page) for page in pages)
    second = make_article("Second", state=Article.State.DRAFT)
    second.publish()
    assert all("Second" in later(client, page) for page in pages)
    second.retract("Invented.", "Выдумано.")
    assert all("/second/" not in later(client, page) for page in pages)
    assert client.get(url_of(second)).status_code == 410


def test_an_edit_in_the_admin_shows_at_once(client, article):
    rubric = article.rubric
    assert "Cosmos" not in later(client, "/en/")
    editor = Client()
    editor.force_login(make_user(is_staff=True, is_superuser=True))
    form = {"name_en": "Cosmos", "name_ru": "Космос", "slug": "space", "position": 1, "hue": 30}
    response = editor.post(f"/admin/news/rubric/{rubric.pk}/change/", form)
    assert response.status_code == 302, response.context["errors"]
    assert "Cosmos" in later(client, "/en/")


def test_a_comment_and_a_vote_make_only_their_articles_page_anew(client, article):
    other = make_article("Elsewhere")
    reader = make_user("vera")
    for page in (url_of(article), url_of(other)):
        client.get(page)
    posting.post(article, reader.pk, "I was there.")
    assert "I was there." in later(client, url_of(article))
    assert found_in(client, url_of(other)) == "redis"
    rate(article, reader.pk, -1)
    assert "−1" in later(client, url_of(article))


def test_nothing_of_a_reader_reaches_a_visitor_or_another_reader(client, article):
    first, second = Client(), Client()
    first.force_login(make_user("vera"))
    second.force_login(make_user("oleg"))
    for page in ("/en/", "/en/articles/", url_of(article)):
        for reader, own, others in ((first, "vera", "oleg"), (second, "oleg", "vera")):
            response = reader.get(page)
            assert own in response.content.decode()
            assert others not in response.content.decode()
            assert "private" in response["Cache-Control"]
            assert "X-Page-Cache" not in response
        response = client.get(page)
        text = response.content.decode()
        assert "vera" not in text
        assert "oleg" not in text
        assert "csrfmiddlewaretoken" not in text
        assert not response.cookies


def test_what_is_to_be_said_once_is_not_kept(client, article):
    client.cookies["messages"] = "something to say"
    assert found_in(client, "/en/") == "nowhere"
    del client.cookies["messages"]
    assert found_in(client, "/en/") == "made"


def test_languages_filters_and_fragments_are_kept_apart(client, article):
    add_text(article, "ru", "Зонд сел")
    posting.post(article, make_user().pk, "I was there.")
    addresses = ["/en/", "/ru/", "/en/articles/", "/en/articles/?order=oldest", "/en/discussions/"]
    bodies = [client.get(url).content for url in addresses]
    thread = f"{url_of(article)}comments/1/?after=1"
    addresses.append(thread)
    bodies.append(client.get(thread, headers={"HX-Request": "true"}).content)
    bodies.append(client.get(thread).content)
    assert len(set(bodies)) == len(bodies)
    page_cache.forget_everything()
    assert client.get(thread, headers={"HX-Request": "true"}).content == bodies[-2]
    assert [client.get(url).content for url in addresses] == [*bodies[:-2], bodies[-1]]


def test_what_trackers_append_is_dropped(client, article):
    client.get("/en/articles/?order=oldest")
    response = client.get("/en/articles/?utm_source=x&order=oldest&fbclid=1")
    assert response["X-Page-Cache"] == "memory"
    assert b"fbclid" not in client.get("/en/?fbclid=1").content


def test_unchanged_pages_are_304_and_changed_ones_are_not(client, article):
    etag = client.get("/en/")["ETag"]
    unchanged = client.get("/en/", headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    make_article("Second", state=Article.State.DRAFT).publish()
    page_cache.forget_everything()
    assert client.get("/en/", headers={"If-None-Match": etag}).status_code == 200


def test_pages_come_compressed_to_who_takes_it(client, article):
    plain = client.get("/en/")
    packed = client.get("/en/", headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2


def test_one_makes_the_page_while_others_get_the_old_copy(client, article, monkeypatch):
    client.get("/en/")
    make_article("Second", state=Article.State.DRAFT).publish()
    page_cache.forget_everything()
    begun, may_end = threading.Event(), threading.Event()

    def compose_slowly() -> FrontPage:
        begun.set()
        may_end.wait(10)
        return front_page()

    def make() -> None:
        assert "Second" in Client().get("/en/").content.decode()
        connection.close()

    monkeypatch.setattr("news.views.compose_front_page", compose_slowly)
    maker = threading.Thread(target=make)
    maker.start()
    assert begun.wait(10)
    assert found_in(client, "/en/") == "old"
    may_end.set()
    maker.join()
    assert "Second" in later(client, "/en/")


def test_without_redis_pages_are_made(client, article, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert "X-Page-Cache" not in client.get("/en/")
    assert client.get("/en/").status_code == 200


def test_a_foreign_host_gets_no_page(client, article, settings):
    client.get("/en/")
    assert client.get("/en/", headers={"host": "evil.example"}).status_code == 400


def test_pages_of_a_strangers_making_are_not_kept(client, article):
    client.get("/en/nothing-here/")
    client.get("/en/articles/?after=x")
    client.get("/en/?" + "a" * 600)
    assert not redis_client().keys("vestnik:page:*")
