"""Digests that were sent are on the web: one a day in each language, only what is public now."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from news.models import Article
from portal import page_cache
from subscriptions import past
from subscriptions.models import Edition, EditorsNote
from tests.factories import make_article, make_image, make_user
from tests.news.test_queries import for_ten_then_twenty
from tests.subscriptions.rows import make_delivery, make_past_digest

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 3, 10, tzinfo=UTC)
PAGE = "/en/digests/2026/03/10/"
PLACES = [PAGE, "/en/digests/", "/en/digests/feed.rss", "/en/digests/feed.json"]


def make_sent(hour: int, recipients: int, day: datetime = DAY, **fields: Any) -> Edition:
    cut_at = day.replace(hour=hour)
    defaults = {"shown_on": None, "cut_at": cut_at, "since": cut_at - timedelta(days=1)}
    edition = make_past_digest([make_article(published_at=day)], **(defaults | fields))
    for _ in range(recipients):
        make_delivery(edition, state="sent")
    return edition


def shown() -> list[int]:
    return list(Edition.objects.exclude(shown_on=None).values_list("pk", flat=True))


def test_the_edition_of_the_usual_hour_is_shown_once_it_is_sent() -> None:
    make_sent(6, 3)
    usual = make_sent(8, 1)
    past.put_up(DAY + timedelta(hours=9))
    assert shown() == [usual.pk]
    assert Edition.objects.get(pk=usual.pk).shown_on == DAY.date()


def test_without_one_at_that_hour_it_is_that_of_most_once_the_day_is_over() -> None:
    make_sent(6, 1)
    most = make_sent(7, 2)
    past.put_up(DAY + timedelta(hours=20))
    assert shown() == []
    past.put_up(DAY + timedelta(hours=25))
    past.put_up(DAY + timedelta(hours=26))
    assert shown() == [most.pk]


@pytest.mark.parametrize(
    "fields", [{"topics": "rubric:1"}, {"state": "sending"}, {"recipients": 0}]
)
def test_neither_personal_topics_nor_what_was_not_sent_is_shown(fields: dict[str, Any]) -> None:
    make_sent(8, **({"recipients": 1} | fields))
    past.put_up(DAY + timedelta(days=2))
    assert shown() == []


def test_two_ticks_at_once_show_one() -> None:
    first, second = make_sent(8, 1), make_sent(8, 1, since=DAY - timedelta(days=3))
    past.show(first.pk, "en", DAY.date())
    past.show(second.pk, "en", DAY.date())
    assert shown() == [first.pk]
    with pytest.raises(IntegrityError):
        Edition.objects.filter(pk=second.pk).update(shown_on=DAY.date())


@pytest.fixture
def digest() -> Edition:
    articles = [
        make_article(f"Probe {n}", published_at=DAY, languages=("en", "ru")) for n in (1, 2)
    ]
    return make_past_digest(articles)


@pytest.mark.parametrize("place", PLACES)
def test_everybody_reads_it(client: Client, digest: Edition, place: str) -> None:
    page = client.get(place).content.decode()
    assert page.index("Probe 1") < page.index("Probe 2")
    assert "2026/03/10" in page


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "binned", "retracted"])
@pytest.mark.parametrize("place", PLACES)
def test_what_is_public_no_more_is_not_told(
    client: Client, digest: Edition, place: str, state: str
) -> None:
    first = digest.items.all()[0].article
    Edition.objects.update(subject="Probe 1 and 1 more")
    Article.objects.filter(pk=first.pk).update(state=state)
    page = client.get(place).content.decode()
    assert "Probe 1" not in page
    assert "Probe 2" in page


def test_with_nothing_left_its_page_is_gone(client: Client, digest: Edition) -> None:
    Article.objects.update(state="binned")
    assert client.get(PAGE).status_code == 404
    for place in PLACES[1:]:
        assert "2026/03/10" not in client.get(place).content.decode()
    assert "2026/03/10" not in client.get("/sitemap-digests.xml").content.decode()


def test_a_retraction_is_seen_at_once_though_pages_are_kept(
    kept_pages: None, client: Client, digest: Edition, django_capture_on_commit_callbacks: Any
) -> None:
    assert [client.get(PAGE)["X-Page-Cache"] for _ in range(2)] == ["made", "memory"]
    with django_capture_on_commit_callbacks(execute=True):
        digest.items.all()[0].article.retract("Wrong.", "Неверно.")
    page_cache.forget_everything()
    assert "Probe 1" not in client.get(PAGE).content.decode()


def test_the_editors_note_stands_above_and_can_be_mended(
    kept_pages: None, client: Client, digest: Edition, django_capture_on_commit_callbacks: Any
) -> None:
    note = EditorsNote.objects.create(day=DAY.date(), language="en", text="Good mornin <g>")
    assert "Good mornin &lt;g&gt;" in client.get(PAGE).content.decode()
    editor = Client()
    editor.force_login(make_user(is_staff=True, is_superuser=True))
    form = {"day": "2026-03-10", "language": "en", "text": "Good morning"}
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(f"/admin/subscriptions/editorsnote/{note.pk}/change/", form)
    page_cache.forget_everything()
    assert "Good morning" in client.get(PAGE).content.decode()


def test_each_language_has_its_own(client: Client, digest: Edition) -> None:
    assert client.get(PAGE.replace("/en/", "/ru/")).status_code == 404
    page = client.get(PAGE).content.decode()
    assert 'href="/ru/digests/"' in page and 'hreflang="ru" href="http' not in page
    assert f'rel="canonical" href="http://testserver{PAGE}"' in page
    make_past_digest([item.article for item in digest.items.all()], language="ru")
    page = client.get(PAGE.replace("/en/", "/ru/")).content.decode()
    assert "Выпуск за 10 марта 2026" in page
    assert f'hreflang="en" href="http://testserver{PAGE}"' in page


def test_the_list_is_paged_by_days(client: Client) -> None:
    for n in range(25):
        make_past_digest([make_article(published_at=DAY + timedelta(days=n))])
    first = client.get("/en/digests/")
    assert len(first.context["digests"]) == 20
    rest = client.get(f"/en/digests/{first.context['page'].next_query}")
    days = [d.day for d in (*first.context["digests"], *rest.context["digests"])]
    assert days == sorted(days, reverse=True) and len(set(days)) == 25
    assert client.get("/en/digests/?after=yesterday").status_code == 400


@pytest.mark.usefixtures("counted_changes")
@pytest.mark.parametrize(("place", "most"), [("/en/digests/", 5), ("/en/digests/feed.atom", 4)])
def test_queries_do_not_grow_with_the_list(client: Client, place: str, most: int) -> None:
    def add(number: int) -> None:
        day = timezone.now() - timedelta(days=number + 1)
        articles = [make_article(image=make_image(), published_at=day) for _ in range(2)]
        make_past_digest(articles)

    assert for_ten_then_twenty(client, place, add) <= most


def test_feed_readers_are_told_everything(client: Client, digest: Edition) -> None:
    [item] = json.loads(client.get("/en/digests/feed.json").content)["items"]
    assert item["title"] == "Digest of 10 March 2026"
    assert item["url"] == f"http://testserver{PAGE}"
    assert item["id"] == "tag:testserver,2026-03-10:digests/en"
    assert 'href="http://testserver/en/articles/' in item["content_html"]
    answer = client.get("/en/digests/feed.atom")
    ElementTree.fromstring(answer.content)
    again = client.get("/en/digests/feed.atom", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    reader = Client()
    reader.force_login(make_user())
    etag = reader.get("/en/digests/feed.rss")["ETag"]
    again = reader.get("/en/digests/feed.rss", headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_search_engines_find_list_and_pages(client: Client, digest: Edition) -> None:
    assert "sitemap-digests.xml" in client.get("/sitemap.xml").content.decode()
    told = client.get("/sitemap-digests.xml").content.decode()
    for address in (PAGE, "/en/digests/", "/ru/digests/"):
        assert f"<loc>http://testserver{address}</loc>" in told
    assert "/ru/digests/2026" not in told


@pytest.mark.parametrize("day", ["2026/13/01", "2026/3/10", "0000/00/00", "2026/02/30"])
def test_what_is_no_day_is_not_there(client: Client, digest: Edition, day: str) -> None:
    assert client.get(f"/en/digests/{day}/").status_code in (301, 404)
