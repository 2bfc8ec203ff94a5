"""A feed reader asks for the news."""

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from news.models import Article, ArticleText, Correction, Image, Mention
from tests.factories import (
    add_text,
    make_article,
    make_image,
    make_rubric,
    make_source,
    make_user,
    mention,
)

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
XML = "{http://www.w3.org/XML/1998/namespace}"
PLACES = ["", "rubrics/space/", "sources/agency/", "entities/esa/"]
ENDINGS = ["rss", "atom", "json"]


def fetch(client, path: str = "feed.rss", language: str = "en", **headers: str):
    response = client.get(f"/{language}/{path}", headers=headers)
    assert response.status_code == 200, (path, response.status_code)
    return response


def items(client, **where: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(fetch(client, **where).content).findall("channel/item")


def entries(client, **where: str) -> list[ElementTree.Element]:
    where.setdefault("path", "feed.atom")
    return ElementTree.fromstring(fetch(client, **where).content).findall(f"{ATOM}entry")


def json_items(client, **where: str) -> list[dict]:
    where.setdefault("path", "feed.json")
    return json.loads(fetch(client, **where).content)["items"]


def titles(client, path: str, language: str = "en") -> list[str]:
    """In whatever format `path` names."""
    if path.endswith("json"):
        return [item["title"] for item in json_items(client, path=path, language=language)]
    if path.endswith("atom"):
        found = entries(client, path=path, language=language)
        return [entry.findtext(f"{ATOM}title") for entry in found]
    return [item.findtext("title") for item in items(client, path=path, language=language)]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("place", PLACES)
def test_a_feed_lists_what_belongs_to_it_the_newest_first(client, place, ending):
    mention(make_article("Older", published_at=timezone.now() - timedelta(days=1)))
    mention(make_article("Newer"))
    elsewhere = make_article("Else", rubric=make_rubric("art"), source=make_source("museum"))
    elsewhere.published_at = timezone.now() - timedelta(days=2)
    elsewhere.save()
    everything = ["Newer", "Older"] + ([] if place else ["Else"])
    assert titles(client, f"{place}feed.{ending}") == everything


def test_every_format_has_its_type_and_the_address_of_the_site(client, settings):
    settings.SITE_URL = "https://news.example.org"
    make_article("Probe lands")
    for ending, content_type in [
        ("rss", "application/rss+xml"),
        ("atom", "application/atom+xml"),
        ("json", "application/feed+json"),
    ]:
        response = fetch(client, f"feed.{ending}")
        assert response["Content-Type"].startswith(content_type)
        text = response.content.decode()
        assert f"https://news.example.org/en/feed.{ending}" in text
        assert "testserver" not in text
        assert not response.cookies


def test_an_rss_item_says_all_that_the_article_says(client):
    article = make_article("Probe lands", image=make_image(), source_url="https://example.com/1")
    item = items(client)[0]
    url = f"http://testserver/en/articles/{article.pk}-probe-lands/"
    assert item.findtext("link") == url
    assert item.findtext("description") == "Probe lands: what is known"
    assert "<p>Probe lands, in many more words.</p>" in item.findtext(CONTENT)
    assert item.findtext("category") == "Space"
    assert item.findtext(f"{DC}creator") == "Agency"
    assert item.findtext(f"{DC}rights") == "© The agency. CC BY 4.0"
    assert item.findtext(f"{DC}source") == "https://example.com/1"
    assert item.findtext(f"{DC}language") == "en"
    picture = item.find(f"{MEDIA}content")
    assert picture.get("url").startswith("http://testserver/media/images/")
    assert (picture.get("type"), picture.get("width")) == ("image/jpeg", "800")
    assert picture.findtext(f"{MEDIA}description") == "Blue"


def test_an_atom_entry_says_all_that_the_article_says(client):
    make_article("Probe lands", image=make_image(), source_url="https://example.com/1")
    entry = entries(client)[0]
    links = {link.get("rel"): link for link in entry.findall(f"{ATOM}link")}
    assert links["via"].get("href") == "https://example.com/1"
    assert links["enclosure"].get("type") == "image/jpeg"
    assert entry.get(f"{XML}lang") == "en"
    assert entry.findtext(f"{ATOM}rights") == "© The agency. CC BY 4.0"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Agency"
    assert entry.find(f"{ATOM}category").get("term") == "Space"
    assert "in many more words" in entry.findtext(f"{ATOM}content")


def test_a_json_item_says_all_that_the_article_says(client):
    make_article("Probe lands", image=make_image(), licence_url="https://example.com/by")
    item = json_items(client)[0]
    assert item["summary"] == "Probe lands: what is known"
    assert item["image"].startswith("http://testserver/media/images/")
    assert item["authors"] == [{"name": "Agency"}]
    assert item["tags"] == ["Space"]
    assert item["_rights"]["licence_url"] == "https://example.com/by"
    assert "external_url" not in item


def test_each_reader_gets_their_language_or_the_original_marked(client):
    article = make_article("Probe lands")
    add_text(article, "ru", "Зонд сел")
    original_only = make_article("English only", published_at=timezone.now() - timedelta(days=1))
    for ending in ENDINGS:
        assert titles(client, f"feed.{ending}") == ["Probe lands", "English only"]
        assert titles(client, f"feed.{ending}", "ru") == ["Зонд сел", "English only"]
    marks = [entry.get(f"{XML}lang") for entry in entries(client, language="ru")]
    assert marks == ["ru", "en"]
    assert json_items(client, language="ru")[1]["language"] == "en"
    body = items(client, language="ru")[1].findtext(CONTENT)
    assert '<div lang="en">' in body
    assert f"/ru/articles/{original_only.pk}-english-only/" in body


def test_a_response_is_by_the_reader_who_wrote_it(client):
    answered = make_article("Question", published_at=timezone.now() - timedelta(days=1))
    author = make_user("vera")
    make_article("Answer", response_to=answered, response_kind="reply", author=author)
    assert [item["authors"][0]["name"] for item in json_items(client)] == ["vera", "Agency"]


def test_a_correction_is_told_and_moves_the_date(client):
    article = make_article(published_at=timezone.now() - timedelta(days=2))
    before = json_items(client)[0]
    Correction.objects.create(article=article, kind="typo", note_en="Was 5.", note_ru="Было 5.")
    after = json_items(client)[0]
    assert "Was 5." in after["content_html"]
    assert "Было 5." in json_items(client, language="ru")[0]["content_html"]
    assert after["date_modified"] > before["date_modified"] == before["date_published"]
    assert after["date_published"] == before["date_published"]


@pytest.mark.parametrize("place", PLACES)
def test_a_retraction_is_announced_under_the_same_id_without_the_words(client, place):
    article = make_article("Too good", published_at=timezone.now() - timedelta(days=3))
    mention(article)
    make_article("Today", published_at=timezone.now() - timedelta(hours=1))
    [before] = [i for i in json_items(client) if i["title"] == "Too good"]
    article.retract("The source was wrong.", "Источник ошибся.")
    retraction = json_items(client, path=f"{place}feed.json")[0]
    assert retraction["title"] == "Retracted: Too good"
    assert retraction["id"] == before["id"]
    assert retraction["summary"] == "The source was wrong."
    assert "in many more words" not in json.dumps(retraction)
    for ending in ENDINGS:
        russian = fetch(client, f"{place}feed.{ending}", "ru").content.decode()
        assert "Источник ошибся." in russian


def test_a_retraction_is_announced_for_two_weeks(client):
    article = make_article("Too good")
    article.retract("The source was wrong.", "Источник ошибся.")
    for days, told in [(13, 1), (15, 0)]:
        moment = timezone.now() - timedelta(days=days)
        Article.objects.filter(pk=article.pk).update(updated_at=moment)
        assert len(items(client)) == told


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "binned"])
def test_what_is_not_published_is_in_no_feed(client, state):
    article = make_article("Secret plan", state=state, published_at=timezone.now())
    mention(article)
    for place in PLACES:
        for ending in ENDINGS:
            assert "Secret" not in fetch(client, f"{place}feed.{ending}").content.decode()


def test_a_refused_mention_brings_nothing_into_the_feed_of_its_entity(client):
    named = mention(make_article("Probe lands"))
    assert titles(client, "entities/esa/feed.rss") == ["Probe lands"]
    Mention.objects.filter(pk=named.pk).update(state="refused")
    assert titles(client, "entities/esa/feed.rss") == []


def test_a_feed_ends_after_fifty(client):
    for _ in range(52):
        make_article()
    assert len(items(client)) == 50


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_feed_is_a_feed(client, ending):
    assert titles(client, f"feed.{ending}") == []


HOSTILE = ["\x01\x0b\x1f\ufffe", "]]><script>alert(1)</script>&amp;", "\"'>\u2028<!--", "𝔘🚀"]


@pytest.mark.parametrize("title", HOSTILE)
def test_whatever_a_headline_holds_the_feed_can_be_read(client, title):
    article = make_article(f"Odd {title} end", rights_holder=f"Odd {title}")
    ArticleText.objects.filter(article=article).update(body=f"<p>Odd {title}</p>", lead=title)
    Image.objects.filter(pk=make_image().pk).update(alt_en=title)
    readable = "".join(c for c in title if c not in "\x01\x0b\x1f\ufffe")
    for ending in ENDINGS:
        assert titles(client, f"feed.{ending}") == [f"Odd {readable} end"]
    assert "<script>" not in items(client)[0].findtext("description")


def test_links_in_the_words_lead_somewhere_from_a_feed_reader(client):
    article = make_article()
    body = (
        '<p><a href="/en/rubrics/space/?a=1&amp;b=2">x</a> <a href="https://example.com/">y</a></p>'
    )
    ArticleText.objects.filter(article=article).update(body=body)
    content = json_items(client)[0]["content_html"]
    assert 'href="http://testserver/en/rubrics/space/?a=1&amp;b=2"' in content
    assert 'href="https://example.com/"' in content


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("place", PLACES)
def test_who_has_it_already_gets_304_for_one_query_on_articles(client, place, ending):
    mention(make_article())
    path = f"/en/{place}feed.{ending}"
    first = client.get(path)
    assert "no-cache" in first["Cache-Control"]
    for headers in (
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
    ):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path, headers=headers)
        assert (response.status_code, response.content) == (304, b"")
        assert len(queries) == (2 if place else 1)
        assert response["ETag"] == first["ETag"]


def change_words(article: Article) -> None:
    text = article.texts.get()
    text.body = "<p>Now it is said otherwise.</p>"
    text.save()


def correct(article: Article) -> None:
    Correction.objects.create(article=article, kind="typo", note_en="Was 5.", note_ru="Было 5.")


def rename_rubric(article: Article) -> None:
    article.rubric.name_en = "Cosmos"
    article.rubric.save()


CHANGES = [
    change_words,
    correct,
    rename_rubric,
    lambda article: make_article("Another"),
    lambda article: article.retract("Wrong.", "Неверно."),
    lambda article: Article.objects.filter(pk=article.pk).update(state="draft"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_in_it_a_feed_is_sent_anew(client, change):
    article = make_article("Probe lands")
    first = client.get("/en/feed.rss")
    change(article)
    response = client.get("/en/feed.rss", headers={"If-None-Match": first["ETag"]})
    assert response.status_code == 200
    assert response["ETag"] != first["ETag"]


def test_counters_do_not_make_a_feed_new(client):
    article = make_article()
    first = client.get("/en/feed.rss")
    Article.objects.filter(pk=article.pk).update(views=9, rating=3, comment_count=2)
    assert client.get("/en/feed.rss")["ETag"] == first["ETag"]


@pytest.mark.parametrize("place", PLACES)
def test_a_feed_costs_the_same_for_10_and_20_articles(client, place, django_assert_num_queries):
    def add(count: int) -> None:
        for _ in range(count):
            article = make_article(image=make_image(), languages=("en", "ru"))
            mention(article)
            correct(article)

    add(10)
    with CaptureQueriesContext(connection) as first:
        fetch(client, f"{place}feed.rss")
    assert len(first) <= 4
    add(10)
    with django_assert_num_queries(len(first)):
        fetch(client, f"{place}feed.rss")


@pytest.mark.parametrize(
    "path",
    [
        "rubrics/none/feed.rss",
        "sources/none/feed.atom",
        "entities/none/feed.json",
        "feed.xml",
        "feed.rss/x",
        "rubrics/space/feed.",
    ],
)
def test_a_feed_of_nothing_is_not_found(client, path):
    make_rubric()
    response = client.get(f"/ru/{path}")
    assert response.status_code == 404
    assert 'lang="ru"' in response.content.decode()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_pages_say_where_their_feeds_are(client, place, language):
    mention(make_article())
    text = client.get(f"/{language}/{place}").content.decode()
    for ending in ENDINGS:
        url = f"http://testserver/{language}/{place}feed.{ending}"
        assert f'href="{url}"' in text
    if place:
        assert f'<a href="/{language}/{place}feed.rss"' in text


def test_the_archive_links_to_the_feed_of_everything(client):
    assert '<a href="/en/feed.rss"' in client.get("/en/articles/").content.decode()
