"""A view counts once, whoever dies in between."""

import signal
import threading

import pytest
import redis
from django.conf import settings as portal_settings
from django.db import connection
from django.test import Client

from news import views_counter
from news.models import Article, ViewBatch
from news.tasks import flush_views
from tests.factories import make_article, make_user
from tests.killing import start

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def reader() -> Client:
    return Client(headers={"User-Agent": BROWSER})


@pytest.fixture
def store() -> redis.Redis:
    return redis.Redis.from_url(portal_settings.REDIS_URL)


def look_at(reader: Client, pk: int, method: str = "post", **options):
    return getattr(reader, method)(f"/beacon/{pk}.gif", **options)


def views_of(article: Article) -> int:
    views_counter.flush()
    return Article.objects.values_list("views", flat=True).get(pk=article.pk)


@pytest.mark.django_db
def test_a_reader_counts_once_in_half_an_hour(reader, store):
    article, other = make_article(), make_article()
    for _time in range(3):
        assert look_at(reader, article.pk).status_code == 204
    look_at(reader, other.pk, "get")
    assert (views_of(article), views_of(other)) == (1, 1)
    (seen, _other) = store.scan_iter("vestnik:views:seen:*")
    assert 1790 < store.ttl(seen) <= 1800
    store.delete(*store.scan_iter("vestnik:views:seen:*"))  # half an hour later
    look_at(reader, article.pk)
    assert views_of(article) == 2


@pytest.mark.django_db
def test_readers_are_told_apart_by_network_and_browser(reader):
    article = make_article()
    look_at(reader, article.pk)
    look_at(reader, article.pk, REMOTE_ADDR="192.0.2.7")
    look_at(reader, article.pk, headers={"User-Agent": BROWSER + " Zen"})
    look_at(reader, article.pk, REMOTE_ADDR="2001:db8::1")
    look_at(reader, article.pk, REMOTE_ADDR="2001:db8::2")  # the same household
    look_at(reader, article.pk, REMOTE_ADDR="2001:db8:0:1::1")
    assert views_of(article) == 5


@pytest.mark.django_db
def test_only_our_own_proxies_are_believed(reader, settings):
    article = make_article()
    for number in range(3):
        look_at(reader, article.pk, headers={"X-Forwarded-For": f"192.0.2.{number}"})
    assert views_of(article) == 1
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(3):
        look_at(reader, article.pk, headers={"X-Forwarded-For": f"203.0.113.9, 192.0.2.{number}"})
    assert views_of(article) == 4


@pytest.mark.django_db
def test_no_address_is_stored_and_the_secret_expires(reader, store):
    look_at(reader, make_article().pk, REMOTE_ADDR="192.0.2.77")
    for key in store.scan_iter("*"):
        kind = store.type(key)
        value = {b"string": store.get, b"hash": store.hgetall}.get(kind, lambda key: "")(key)
        assert "192.0.2.77" not in f"{key!r} {value!r}"
    assert 86_000 < store.ttl("vestnik:views:salt") <= 86_400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": ""},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "curl/8.9.1"},
        {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0"},
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
    ],
)
def test_robots_and_fetching_ahead_are_not_counted(reader, headers):
    article = make_article()
    assert look_at(reader, article.pk, headers=headers).status_code == 204
    assert views_of(article) == 0


@pytest.mark.django_db
def test_a_head_request_is_not_counted_and_a_telephone_is_no_robot(reader):
    article = make_article()
    look_at(reader, article.pk, "head")
    assert views_of(article) == 0
    look_at(reader, article.pk, headers={"User-Agent": "Mozilla/5.0 (Linux; CUBOT X90)"})
    assert views_of(article) == 1


@pytest.mark.django_db
def test_the_page_sends_the_beacon_but_for_staff(reader):
    article = make_article("Probe")
    address = f"/en/articles/{article.pk}-probe/"
    page = reader.get(address).content.decode()
    assert f'data-beacon="/beacon/{article.pk}.gif"' in page
    assert f'<noscript><img src="/beacon/{article.pk}.gif"' in page
    assert "/en/about/views/" in page
    reader.force_login(make_user())
    assert "/beacon/" in reader.get(address).content.decode()
    reader.force_login(make_user(is_staff=True))
    assert "/beacon/" not in reader.get(address).content.decode()


@pytest.mark.django_db
def test_the_rule_is_public(client):
    assert "within 30 minutes" in client.get("/en/about/views/").content.decode()
    assert client.get("/ru/about/views/").status_code == 200


def test_the_beacon_asks_no_database_and_leaves_no_cookie(reader):  # no database in this test
    for method in ("get", "post"):
        response = look_at(reader, 1, method)
        assert "no-store" in response["Cache-Control"]
        assert not response.cookies
        assert "Set-Cookie" not in response
    assert look_at(reader, 2, "get")["Content-Type"] == "image/gif"


@pytest.mark.django_db
def test_unknown_and_unpublished_articles_are_ignored(reader, store):
    draft = make_article(state="draft")
    for pk in (0, draft.pk, draft.pk + 1000, 2**53):
        assert look_at(reader, pk).status_code == 204
    assert store.hlen("vestnik:views:current") == 4
    for pk in (2**53 + 1, 10**40):
        assert look_at(reader, pk).status_code == 204
    assert store.hlen("vestnik:views:current") == 4
    assert views_of(draft) == 0
    assert list(store.scan_iter("vestnik:views:[^s]*")) == []


@pytest.mark.django_db
def test_made_up_numbers_do_not_fill_the_memory(reader, store, monkeypatch):
    monkeypatch.setattr(views_counter, "MOST_ARTICLES", 3)
    article = make_article()
    look_at(reader, article.pk)
    for pk in range(10**6, 10**6 + 10):
        look_at(reader, pk)
    look_at(reader, article.pk, REMOTE_ADDR="192.0.2.1")
    assert store.hlen("vestnik:views:current") == 3
    assert views_of(article) == 2


@pytest.mark.django_db
def test_without_redis_pages_work_and_nothing_counts(reader, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert look_at(reader, 1).status_code == 204
    assert look_at(reader, 1, "get").status_code == 200


@pytest.mark.django_db
def test_a_flush_of_nothing_asks_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert views_counter.flush() == 0


@pytest.mark.django_db
def test_all_counts_are_added_in_one_statement(reader, django_assert_max_num_queries):
    articles = [make_article() for _number in range(20)]
    for article in articles:
        look_at(reader, article.pk)
    with django_assert_max_num_queries(8) as queries:
        flush_views()
    updates = [q["sql"] for q in queries if "UPDATE news_article" in q["sql"]]
    assert len(updates) == 1
    assert {views_of(article) for article in articles} == {1}


@pytest.mark.django_db
def test_old_batches_are_forgotten(reader, store):
    from datetime import timedelta

    from django.utils import timezone

    ViewBatch.objects.create(pk="0" * 32, applied_at=timezone.now() - timedelta(days=8))
    look_at(reader, make_article().pk)
    views_counter.flush()
    assert ViewBatch.objects.count() == 1


FLUSH = """
import os, signal
from news import views_counter
from news.models import ViewBatch

def dies_after(owner, name):
    whole = getattr(owner, name)
    def replacement(*args, **kwargs):
        whole(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, replacement)

owner, name = "{point}".split(".")
dies_after({{"counter": views_counter, "rows": ViewBatch.objects}}[owner], name)
views_counter.flush()
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("point", "added"),
    [
        ("counter._take", 0),
        ("rows.get_or_create", 0),
        ("counter._add", 0),
        ("counter._apply", 1),
        ("counter._forget", 1),
    ],
)
def test_a_killed_flush_loses_and_doubles_nothing(reader, point, added):
    article = make_article()
    look_at(reader, article.pk)
    assert start(FLUSH.format(point=point)).wait(60) == -signal.SIGKILL
    article.refresh_from_db()
    assert article.views == added
    look_at(reader, article.pk, REMOTE_ADDR="192.0.2.1")
    for _time in range(3):
        assert views_of(article) == 2


@pytest.mark.django_db(transaction=True)
def test_flushes_side_by_side_count_once(reader, monkeypatch):
    articles = [make_article() for _number in range(30)]
    rounds, failures = 5, []

    def flush() -> None:
        try:
            for _time in range(rounds * 2):
                views_counter.flush()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    flushers = [threading.Thread(target=flush) for _number in range(3)]
    for flusher in flushers:
        flusher.start()
    for number in range(rounds):
        for article in articles:
            look_at(reader, article.pk, REMOTE_ADDR=f"192.0.2.{number}")
    for flusher in flushers:
        flusher.join()
    assert failures == []
    assert {views_of(article) for article in articles} == {rounds}


@pytest.mark.django_db(transaction=True)
def test_two_flushes_of_the_same_batch_count_once(reader):
    """Both have read the batch before either has written."""
    article = make_article()
    look_at(reader, article.pk)
    views_counter._take()
    (batch,) = views_counter._left_over()
    gate, failures = threading.Barrier(4), []

    def apply() -> None:
        try:
            gate.wait(10)
            views_counter._apply(batch)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    appliers = [threading.Thread(target=apply) for _number in range(4)]
    for applier in appliers:
        applier.start()
    for applier in appliers:
        applier.join()
    assert failures == []
    assert views_of(article) == 1
