"""A search engine asks which pages there are, and which are news."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from news import sitemaps
from news.models import Article, ArticleText
from tests.factories import add_text, make_article, mention

pytestmark = pytest.mark.django_db

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
HOST = "http://testserver"


def fetch(client, url: str) -> ElementTree.Element:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    assert response["Content-Type"].startswith("application/xml")
    return ElementTree.fromstring(response.content)


def addresses(client, url: str) -> list[str]:
    return [loc.text for loc in fetch(client, url).iter(f"{MAP}loc")]


def section_of(article: Article) -> str:
    return f"/sitemap-articles-{article.pk // sitemaps.SITEMAP_SECTION}.xml"


def alternates(page: ElementTree.Element) -> dict[str, str]:
    return {link.get("hreflang"): link.get("href") for link in page.findall(f"{XHTML}link")}


def url_of(article: Article, language: str) -> str:
    slug = article.texts.get(language=language).slug
    return f"{HOST}/{language}/articles/{article.pk}-{slug}/"


def written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def test_robots_are_told_of_both_sitemaps(client):
    text = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {HOST}/sitemap.xml\n" in text
    assert f"Sitemap: {HOST}/sitemap-news.xml\n" in text


def test_the_index_names_sections_that_all_answer(client):
    article = make_article()
    far = make_article(pk=article.pk + 3 * sitemaps.SITEMAP_SECTION)
    sections = addresses(client, "/sitemap.xml")
    assert sections == [
        f"{HOST}/sitemap-lists.xml",
        f"{HOST}/sitemap-digests.xml",
        f"{HOST}{section_of(article)}",
        f"{HOST}{section_of(far)}",
    ]
    for section in sections:
        assert addresses(client, section.removeprefix(HOST))


def test_the_index_says_when_a_section_changed(client):
    article = make_article()
    changed = fetch(client, "/sitemap.xml").find(f"{MAP}sitemap/{MAP}lastmod").text
    assert changed == written(article.updated_at)


def test_an_empty_site_has_a_sitemap_all_the_same(client):
    both = [f"{HOST}/sitemap-lists.xml", f"{HOST}/sitemap-digests.xml"]
    assert addresses(client, "/sitemap.xml") == both
    assert addresses(client, "/sitemap-news.xml") == []


def test_every_text_is_a_page_that_names_its_translation(client):
    both = make_article(languages=("en", "ru"))
    single = make_article(languages=("ru",))
    pages = {page.findtext(f"{MAP}loc"): page for page in fetch(client, section_of(both))}
    assert set(pages) == {url_of(both, "en"), url_of(both, "ru"), url_of(single, "ru")}
    translations = {"en": url_of(both, "en"), "ru": url_of(both, "ru")}
    assert alternates(pages[url_of(both, "en")]) == translations
    assert alternates(pages[url_of(both, "ru")]) == translations
    assert alternates(pages[url_of(single, "ru")]) == {}


def test_a_changed_text_moves_its_date(client):
    article = make_article()
    later = timezone.now() + timedelta(hours=1)
    ArticleText.objects.filter(article=article).update(updated_at=later)
    changed = fetch(client, section_of(article)).find(f"{MAP}url/{MAP}lastmod").text
    assert changed == written(later)


def test_lists_are_there_in_both_languages(client):
    mention(make_article())
    found = addresses(client, "/sitemap-lists.xml")
    for language in ("en", "ru"):
        for path in ("", "articles/", "rubrics/space/", "sources/agency/", "entities/esa/"):
            assert f"{HOST}/{language}/{path}" in found
    assert len(found) == len(set(found)) == 10


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "binned", "retracted"])
def test_what_is_not_published_is_in_no_sitemap(client, state):
    make_article("Public")
    article = make_article("Secret", state=state, published_at=timezone.now())
    for url in ("/sitemap.xml", section_of(article), "/sitemap-news.xml", "/sitemap-lists.xml"):
        assert not any("secret" in address for address in addresses(client, url))


def test_a_section_without_articles_is_not_found(client):
    make_article()
    for number in ("999", "9" * 30, "x"):
        assert client.get(f"/sitemap-articles-{number}.xml").status_code == 404


def test_news_are_those_of_the_last_48_hours(client):
    now = timezone.now()
    fresh = make_article(published_at=now - timedelta(hours=47, minutes=59))
    make_article(published_at=now - timedelta(hours=48, seconds=1))
    assert addresses(client, "/sitemap-news.xml") == [url_of(fresh, "en")]


def test_news_end_after_a_thousand_the_newest_first(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "MOST_NEWS", 3)
    now = timezone.now()
    older, newer = (
        make_article(languages=("en", "ru"), published_at=now - timedelta(minutes=minutes))
        for minutes in (2, 1)
    )
    found = addresses(client, "/sitemap-news.xml")
    assert found == [url_of(newer, "en"), url_of(newer, "ru"), url_of(older, "en")]


def test_a_piece_of_news_has_its_language_date_and_headline(client):
    article = make_article("Probe lands")
    add_text(article, "ru", "Зонд сел")
    pages = fetch(client, "/sitemap-news.xml").findall(f"{MAP}url")
    told = [
        (
            page.findtext(f"{NEWS}news/{NEWS}publication/{NEWS}language"),
            page.findtext(f"{NEWS}news/{NEWS}title"),
            page.findtext(f"{NEWS}news/{NEWS}publication_date"),
        )
        for page in pages
    ]
    date = written(article.published_at)
    assert told == [("en", "Probe lands", date), ("ru", "Зонд сел", date)]
    assert set(alternates(pages[0])) == {"en", "ru"}


def test_unchecked_machine_translations_are_no_news(client):
    article = make_article("Probe lands")
    machine = add_text(article, "ru", "Зонд", origin=ArticleText.Origin.MACHINE, is_checked=False)
    [page] = fetch(client, "/sitemap-news.xml").findall(f"{MAP}url")
    assert page.findtext(f"{MAP}loc") == url_of(article, "en")
    assert alternates(page) == {}
    assert url_of(article, "ru") in addresses(client, section_of(article))
    ArticleText.objects.filter(pk=machine.pk).update(is_checked=True)
    assert len(addresses(client, "/sitemap-news.xml")) == 2


def test_whatever_a_headline_holds_the_sitemap_can_be_read(client):
    make_article("Odd \x01\x1f\ufffe ]]> <b>&amp;</b> \"'")
    title = fetch(client, "/sitemap-news.xml").find(f".//{NEWS}title").text
    assert title == "Odd  ]]> <b>&amp;</b> \"'"


def test_sitemaps_cost_the_same_for_10_and_20_articles(client, django_assert_num_queries):
    def add(count: int) -> Article:
        for _ in range(count):
            article = make_article(languages=("en", "ru"))
        return article

    article = add(10)
    urls = ("/sitemap.xml", section_of(article), "/sitemap-news.xml", "/sitemap-lists.xml")
    costs = {}
    for url in urls:
        with CaptureQueriesContext(connection) as queries:
            fetch(client, url)
        costs[url] = len(queries)
    assert max(costs.values()) <= 3
    add(10)
    for url, cost in costs.items():
        with django_assert_num_queries(cost):
            fetch(client, url)
