"""Feeds of sources are read by themselves, politely, and no answer does harm."""

import gzip
import itertools
import os
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.db import connection
from django.utils import timezone
from django.utils.http import http_date

from news.incoming import fetching, polling
from news.models import Article, IncomingFeed, IncomingItem
from news.tasks import poll_feed, poll_feeds
from tests.factories import make_feed, make_item
from tests.news.feed_server import FeedServer, item, rss, running_feed_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings) -> Iterator[FeedServer]:
    settings.FEED_NETWORKS = [ip_network("127.0.0.1/32")]
    with running_feed_server() as server:
        yield server


def read(feed: IncomingFeed, now: datetime | None = None) -> int:
    """What the feed brings when its time has come."""
    feed.refresh_from_db()
    new = polling.poll(feed.pk, now or max(timezone.now(), feed.next_poll_at))
    feed.refresh_from_db()
    return new


def test_what_is_new_in_a_feed_waits_for_an_editor_and_is_no_article(server):
    feed = make_feed(server.says(rss(item(2), item(1))))
    poll_feeds.apply()
    assert polling.due() == [feed.pk]  # the worker hasn't come to it yet
    poll_feed.apply((feed.pk,))
    first, second = IncomingItem.objects.order_by("pk")
    assert (first.title, first.state) == (
        "Probe number 1 lands on the far side of the Moon",
        "waiting",
    )
    assert second.link == "https://agency.example/news/2"
    assert first.published_at.isoformat() == "2026-11-05T08:01:00+00:00"
    assert first.lead == "Engineers tell of landing number 1 and what comes after it."
    assert (first.source, first.rubric, first.language) == (feed.source, feed.rubric, "en")
    feed.refresh_from_db()
    assert (feed.items_got, feed.failures, feed.trouble) == (2, 0, "")
    assert not Article.objects.exists() and polling.due() == []


def test_an_item_comes_once(server):
    feed = make_feed(server.says(rss(item(1))))
    assert [read(feed), read(feed)] == [1, 0]
    server.says(rss(item(2), item(1, title="A better headline", link="https://agency.example/x")))
    assert [read(feed), read(feed)] == [1, 0]
    assert IncomingItem.objects.count() == feed.items_got == 2


def test_what_was_decided_stays_so_when_a_feed_is_deleted_and_comes_back(server):
    feed = make_feed(server.says(rss(item(1))))
    read(feed)
    IncomingItem.objects.update(state="dismissed")
    feed.delete()
    assert read(make_feed(server.url())) == 0
    assert IncomingItem.objects.get().state == "dismissed"


def test_a_server_is_asked_for_news_only(server):
    headers = {"ETag": '"v1"', "Last-Modified": "Thu, 05 Nov 2026 08:00:00 GMT"}
    feed = make_feed(server.says(rss(item(1)), headers=headers))
    read(feed)
    server.says(status=304)
    assert read(feed) == 0
    first, second = server.asked()
    assert "If-None-Match" not in first
    assert second["If-None-Match"] == '"v1"'
    assert second["If-Modified-Since"] == "Thu, 05 Nov 2026 08:00:00 GMT"
    assert "http://testserver" in second["User-Agent"]
    assert (feed.failures, feed.etag) == (0, '"v1"')


def test_a_server_that_forgets_its_mark_is_asked_for_everything(server):
    feed = make_feed(server.says(rss(item(1)), headers={"ETag": '"v1"'}))
    read(feed)
    server.says(rss(item(1)), headers={"ETag": "x" * 400})
    read(feed)
    read(feed)
    assert "If-None-Match" not in server.asked()[2]


def test_without_a_mark_nothing_new_is_an_error(server):
    feed = make_feed(server.says(status=304))
    read(feed)
    assert (feed.trouble, feed.trouble_detail) == ("status", "304")


@pytest.mark.parametrize("as_date", [False, True])
def test_a_server_that_wants_to_be_left_alone_is(server, as_date):
    wait = http_date(time.time() + 2 * 24 * 3600) if as_date else "172800"
    feed = make_feed(server.says(status=429, headers={"Retry-After": wait}))
    read(feed)
    asked_for = timedelta(days=2) - timedelta(minutes=1)
    assert feed.trouble == "status"
    assert min(feed.next_poll_at, feed.retry_at) - timezone.now() > asked_for
    assert polling.poll_soon(IncomingFeed.objects.all()) == []
    assert polling.poll(feed.pk) == 0 and len(server.asked()) == 1


@pytest.mark.parametrize("wait", ["-5", "soon", "9" * 400, "Thu, 05 Nov 9999 08:00:00 GMT", "²"])
def test_absurd_waits_are_not_believed(server, wait):
    headers = {"Retry-After": wait.encode().decode("latin-1")}
    feed = make_feed(server.says(status=503, headers=headers))
    read(feed)
    assert feed.next_poll_at - timezone.now() < timedelta(days=8)


def test_failures_are_told_and_make_the_pauses_longer(server):
    feed = make_feed(server.says(status=500))
    pauses = []
    for _ in range(4):
        read(feed, now := max(timezone.now(), feed.next_poll_at))
        pauses.append(feed.next_poll_at - now)
    assert (feed.failures, feed.get_trouble_display()) == (4, "The server answered with an error")
    assert pauses == sorted(pauses)
    server.says(rss(item(1)))
    assert read(feed) == 1
    assert (feed.failures, feed.trouble, feed.trouble_detail) == (0, "", "")


def test_a_feed_that_is_gone_for_good_is_switched_off(server):
    feed = make_feed(server.says(status=410))
    read(feed)
    assert (feed.is_on, feed.trouble) == (False, "gone")


def test_a_move_for_good_is_remembered_for_the_editor(server):
    target = server.says(rss(item(1)), path="/new")
    feed = make_feed(server.says(status=301, headers={"Location": "/new"}))
    assert read(feed) == 1
    assert feed.moved_to == target
    server.says(status=302, headers={"Location": "/new"})
    read(feed)
    assert feed.moved_to == ""


@pytest.mark.parametrize(
    ("place", "trouble"),
    [
        ("/feed", "redirects"),  # for ever
        ("", "redirects"),
        ("file:///etc/passwd", "redirects"),
        ("gopher://example.org/", "redirects"),
        ("http://user:secret@127.0.0.1/", "redirects"),
        ("http://[::1", "redirects"),
        ("//127.0.0.2/feed", "private"),
        ("http://localhost.localdomain.invalid/", "unknown_host"),
        ("http://169.254.169.254/latest/meta-data/", "private"),
        ("http://[::ffff:10.0.0.1]/", "private"),
        ("http://0/", "private"),
        ("http://0x7f000002/", "private"),
        ("http://2130706434/", "private"),
        ("http://0177.0.0.2/", "private"),
    ],
)
def test_redirects_lead_to_the_public_web_or_nowhere(server, place, trouble):
    feed = make_feed(server.says(status=302, headers={"Location": place}))
    assert read(feed) == 0
    assert feed.trouble == trouble
    assert len(server.requests) <= fetching.MOST_REDIRECTS + 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0177.1", "[::1]"])
def test_without_a_word_in_the_settings_this_machine_is_not_asked(server, settings, host):
    settings.FEED_NETWORKS = []
    server.says(rss(item(1)))
    feed = make_feed(server.url(host=host))
    assert read(feed) == 0
    assert feed.trouble == "private" and server.requests == []


def test_a_name_is_looked_up_once_and_what_it_said_is_asked(server, monkeypatch):
    """A name that says something else the second time would lead past the check."""
    asked = []

    def resolver(host, port, **_options):
        asked.append(host)
        place = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, 1, 6, "", (place, port))]

    server.says(rss(item(1)))
    monkeypatch.setattr("news.incoming.addresses.socket.getaddrinfo", resolver)
    feed = make_feed(server.url(host="rebinding.example"))
    assert read(feed) == 1 and asked == ["rebinding.example"]
    assert read(feed) == 0 and feed.trouble == "private"
    assert server.asked()[0]["Host"] == f"rebinding.example:{server.server_port}"


@pytest.fixture
def secured(server, tmp_path) -> Path:
    """The server speaks TLS from now on; its certificate is trusted by nobody."""
    key, name = ec.generate_private_key(ec.SECP256R1()), "localhost"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, SHA256())
    )
    file = tmp_path / "server.pem"
    own = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(own + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return file


def test_a_certificate_that_nobody_vouches_for_is_not_taken(server, secured, monkeypatch):
    server.says(rss(item(1)))
    feed = make_feed(server.url(host="localhost").replace("http:", "https:"))
    assert (read(feed), feed.trouble) == (0, "certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(secured))
    assert (read(feed), feed.trouble) == (1, "")
    other_name = make_feed(server.url().replace("http:", "https:"))
    assert (read(other_name), other_name.trouble) == (0, "certificate")


@pytest.mark.usefixtures("hasty")
def test_a_server_that_drips_in_secret_is_left_as_well(server, secured, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(secured))
    server.says(itertools.repeat(b" ", 50), pause=0.1)
    feed = make_feed(server.url(host="localhost").replace("http:", "https:"))
    read(feed)
    assert feed.trouble == "too_slow"


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(fetching, "DEADLINE", 0.5)


@pytest.mark.usefixtures("hasty")
def test_a_server_that_drips_is_left(server):
    feed = make_feed(server.says(itertools.repeat(b" ", 50), pause=0.1))
    read(feed)
    assert feed.trouble == "too_slow"


@pytest.mark.usefixtures("hasty")
def test_a_server_that_drips_its_headers_is_left(server):
    def headers():
        with listener.accept()[0] as client:
            client.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            for _ in range(50):
                if done.wait(0.1):
                    break
                client.sendall(b"x")

    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=headers)
        thread.start()
        feed = make_feed(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        read(feed)
        done.set()
        thread.join()
    assert feed.trouble == "too_slow"


def test_a_feed_without_end_is_left(server):
    feed = make_feed(server.says(itertools.repeat(b"<item></item>" * 5000)))
    read(feed)
    assert feed.trouble == "too_large"


def bomb() -> bytes:
    """Two hundred megabytes in two hundred kilobytes."""
    return gzip.compress(b"\0" * 2**21, 9) * 100


@pytest.mark.parametrize(
    ("body", "headers", "trouble"),
    [
        (bomb(), {"Content-Encoding": "gzip"}, "too_large"),
        (gzip.compress(rss(item(1)).encode())[:-20], {"Content-Encoding": "gzip"}, "garbled"),
        (b"no gzip", {"Content-Encoding": "gzip"}, "garbled"),
        (rss(item(1)), {"Content-Encoding": "br"}, "garbled"),
        (rss(item(1)), {"Content-Length": "9000", "Connection": "close"}, "garbled"),
        (b"", {}, "no_feed"),
        ("<!doctype html><title>News</title><p>No feed here.", {}, "no_feed"),
        (bytes(range(256)) * 9, {}, "no_feed"),
        ("<rss>" + "<a>" * 300_001, {}, "too_large"),
    ],
)
def test_what_is_no_feed_is_said_in_words(server, body, headers, trouble):
    feed = make_feed(server.says(body, headers=headers))
    assert read(feed) == 0
    assert feed.trouble == trouble and feed.get_trouble_display()


def test_a_packed_feed_is_read(server):
    packed = gzip.compress(rss(item(1)).encode())
    feed = make_feed(server.says(packed, headers={"Content-Encoding": "gzip"}))
    assert read(feed) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-7", "utf-32"])
def test_entities_are_no_way_to_a_billion_laughs(server, encoding):
    layers = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    document = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE rss [<!ENTITY l0 "ha">'
        f'<!ENTITY file SYSTEM "file:///etc/passwd">{layers}]>'
        f"<rss><channel>{item(1, title='&l8; &file;')}</channel></rss>"
    )
    feed = make_feed(server.says(document.encode(encoding)))
    read(feed)
    assert feed.trouble in ("entities", "no_feed")
    assert not IncomingItem.objects.exists()


def test_a_feed_that_is_not_looked_after_brings_no_more(server, monkeypatch):
    monkeypatch.setattr(polling, "MOST_WAITING", 3)
    feed = make_feed(server.says(rss(*map(item, range(1, 6)))))
    assert [read(feed), read(feed)] == [5, 0]
    assert feed.trouble == "crowded"
    IncomingItem.objects.update(state="dismissed")
    server.says(rss(item(9)))
    assert read(feed) == 1


def test_of_a_giant_feed_the_newest_are_taken_once(server):
    days = [f"{day:02} Oct 2026 08:00:00 GMT" for day in range(1, 31)]
    items = [item(n, pubDate=days[n % 30]) for n in range(150)]
    feed = make_feed(server.says(rss(*items)))
    assert [read(feed), read(feed)] == [100, 0]
    assert IncomingItem.objects.order_by("published_at").first().published_at.day > 9


def test_two_workers_read_a_feed_once(server):
    feed = make_feed(server.says(rss(item(1))))
    now = timezone.now()
    assert [polling.poll(feed.pk, now), polling.poll(feed.pk, now)] == [1, 0]
    assert len(server.asked()) == 1


def test_a_claimed_feed_is_left_alone_until_its_reader_must_be_dead(server):
    feed = make_feed(server.says(rss(item(1))))
    now = timezone.now()
    assert polling._claim(feed.pk, now)
    assert polling.poll_soon(IncomingFeed.objects.all()) == []
    assert polling.poll(feed.pk, now) == 0
    later = now + timedelta(hours=3)
    assert polling.due(later) == [feed.pk] and polling.poll(feed.pk, later) == 1


def test_who_comes_late_overwrites_nothing(server):
    feed = make_feed(server.says(rss(item(1))))
    late = polling._claim(feed.pk, timezone.now())
    assert read(feed, timezone.now() + timedelta(hours=3)) == 1
    polling._put_off(late, fetching.FetchFailed(fetching.Trouble.TOO_SLOW), timezone.now())
    feed.refresh_from_db()
    assert (feed.trouble, feed.failures) == ("", 0)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_loses_nothing(server):
    """Killed while it fetches: its attempt counts as failed, and the next one gets it all."""
    feed = make_feed(server.says(rss(item(1)), headers={"ETag": '"v1"'}, pause=60))
    server.replies["/feed"].body = iter([b"<rss>", rss(item(1)).encode()])
    connection.close()
    child = os.fork()
    if child == 0:
        polling.poll(feed.pk)
        os._exit(0)
    while not server.asked():
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    feed.refresh_from_db()
    assert (feed.trouble, feed.failures, feed.etag) == ("broken_off", 1, "")
    server.says(rss(item(1)))
    assert read(feed, timezone.now() + timedelta(hours=3)) == 1
    assert (feed.trouble, feed.failures) == ("", 0)


def test_a_feed_that_is_off_is_not_read(server):
    feed = make_feed(server.says(rss(item(1))), is_on=False)
    assert polling.poll_soon(IncomingFeed.objects.all()) == []
    assert read(feed) == 0 and server.requests == []


def test_due_feeds_are_found_however_many_there_are(django_assert_num_queries):
    make_item()
    for number in range(20):
        make_feed(f"https://agency.example/{number}")
    with django_assert_num_queries(1):
        assert len(polling.due()) == 21
