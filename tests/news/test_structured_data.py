"""A search engine, or a site that shows a link, reads the head of an article."""

import json
from html.parser import HTMLParser

import pytest
from django.utils import timezone

from news.models import Article, ArticleText, Correction
from tests.factories import add_text, make_article, make_image, make_user, mention

pytestmark = pytest.mark.django_db

HOST = "http://testserver"


class Head(HTMLParser):
    """What a machine gathers from a page, as a browser would parse it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.alternates: dict[str, str] = {}
        self.canonical = ""
        self.scripts: list[str] = []
        self._in_data = False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self._in_data = tag == "script" and found.get("type") == "application/ld+json"
        if self._in_data:
            assert set(found) == {"type"}
            self.scripts.append("")
        elif tag == "meta":
            self.meta[found.get("property") or found.get("name")] = found.get("content")
        elif tag == "link" and found.get("rel") == "canonical":
            self.canonical = found["href"]
        elif tag == "link" and "hreflang" in found:
            self.alternates[found["hreflang"]] = found["href"]

    def handle_endtag(self, tag):
        self._in_data = False

    def handle_data(self, data):
        if self._in_data:
            self.scripts[-1] += data


def url_of(article: Article, language: str = "en") -> str:
    slug = article.texts.get(language=language).slug
    return f"/{language}/articles/{article.pk}-{slug}/"


def read(client, article: Article, language: str = "en") -> Head:
    response = client.get(url_of(article, language))
    assert response.status_code == 200
    return Head(response.content.decode())


def graph(client, article: Article, language: str = "en") -> dict[str, dict]:
    things = [json.loads(script) for script in read(client, article, language).scripts]
    assert all(thing["@context"] == "https://schema.org" for thing in things)
    return {thing["@type"]: thing for thing in things}


def test_the_article_is_described_with_its_rights(client):
    article = make_article(
        "Probe lands",
        image=make_image(),
        source_url="https://example.com/1",
        licence_url="https://example.com/by",
    )
    described = graph(client, article)["NewsArticle"]
    assert described["url"] == described["mainEntityOfPage"] == HOST + url_of(article)
    assert described["headline"] == "Probe lands"
    assert described["inLanguage"] == "en"
    assert described["articleSection"] == "Space"
    assert described["copyrightHolder"]["name"] == "The agency"
    assert described["license"] == "https://example.com/by"
    assert described["isBasedOn"] == "https://example.com/1"
    assert described["author"] == {"@type": "Organization", "name": "Agency"}
    assert described["publisher"]["url"] == f"{HOST}/"
    assert described["image"]["url"].startswith(f"{HOST}/media/")
    assert described["image"]["creditText"] == "ESA"
    assert described["datePublished"] == described["dateModified"]


def test_a_licence_without_an_address_is_named(client):
    licence = graph(client, make_article())["NewsArticle"]["license"]
    assert licence == {"@type": "CreativeWork", "name": "CC BY 4.0"}


def test_only_accepted_mentions_are_told(client):
    article = make_article()
    mention(article, "esa")
    mention(article, "found-one", state="found")
    assert graph(client, article)["NewsArticle"]["mentions"] == [
        {"@type": "Organization", "name": "ESA", "url": f"{HOST}/en/entities/esa/"}
    ]


def test_a_correction_is_told_and_moves_the_date(client):
    article = make_article()
    note = Correction.objects.create(article=article, kind="typo", note_en="5.", note_ru="Было 5.")
    described = graph(client, article)["NewsArticle"]
    [told] = described["correction"]
    assert (told["@type"], told["text"]) == ("CorrectionComment", "5.")
    assert described["dateModified"] == note.corrected_at.isoformat(timespec="seconds")
    assert read(client, article).meta["article:modified_time"][:16] == told["datePublished"][:16]


def test_original_and_translation_name_each_other(client):
    article = make_article("Probe lands")
    add_text(article, "ru", "Зонд сел")
    original = graph(client, article, "en")["NewsArticle"]
    translation = graph(client, article, "ru")["NewsArticle"]
    assert [work["@id"] for work in original["workTranslation"]] == [translation["@id"]]
    assert translation["translationOfWork"]["@id"] == original["@id"]
    assert translation["inLanguage"] == "ru"
    assert "translationOfWork" not in original


def test_a_response_is_by_the_reader_who_wrote_it(client):
    answered = make_article()
    author = make_user("vera")
    article = make_article(response_to=answered, response_kind="reply", author=author)
    author = graph(client, article)["NewsArticle"]["author"]
    assert author == {"@type": "Person", "name": "vera"}


def test_the_way_to_the_article_is_told(client):
    article = make_article("Probe lands")
    steps = graph(client, article)["BreadcrumbList"]["itemListElement"]
    assert [(step["position"], step["item"]) for step in steps] == [
        (1, f"{HOST}/en/"),
        (2, f"{HOST}/en/rubrics/space/"),
        (3, HOST + url_of(article)),
    ]


HOSTILE = ["</script><script>alert(1)</script>", "<!--<script>", "&lt;\"'\\", "a\u2028b\x01c"]


@pytest.mark.parametrize("title", HOSTILE)
def test_no_headline_breaks_out_of_the_block(client, title):
    article = make_article("Plain", rights_holder=title)
    ArticleText.objects.filter(article=article).update(title=title, lead=title)
    described = graph(client, article)["NewsArticle"]
    assert described["headline"] == described["description"] == title
    assert described["copyrightHolder"]["name"] == title
    assert "alert(1)</script>" not in client.get(url_of(article)).content.decode()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_link_to_the_article_can_be_shown_elsewhere(client, language):
    article = make_article("Probe lands", image=make_image())
    add_text(article, "ru", "Зонд сел")
    meta = read(client, article, language).meta
    own, other = ("en_US", "ru_RU") if language == "en" else ("ru_RU", "en_US")
    assert meta["og:title"] == {"en": "Probe lands", "ru": "Зонд сел"}[language]
    assert meta["og:url"] == HOST + url_of(article, language)
    assert (meta["og:locale"], meta["og:locale:alternate"]) == (own, other)
    assert meta["og:image"].startswith(f"{HOST}/media/")
    assert meta["og:image:alt"] == {"en": "Blue", "ru": "Синее"}[language]
    assert meta["article:section"] == {"en": "Space", "ru": "Рубрика"}[language]
    assert timezone.datetime.fromisoformat(meta["article:published_time"])


def test_each_text_has_one_address_and_names_the_others(client):
    article = make_article("Probe lands")
    add_text(article, "ru", "Зонд сел")
    addresses = {language: HOST + url_of(article, language) for language in ("en", "ru")}
    for language, url in addresses.items():
        head = read(client, article, language)
        assert (head.canonical, head.alternates) == (url, addresses)


def test_an_untranslated_article_has_its_address_in_its_own_language(client):
    article = make_article("Зонд сел", languages=("ru",))
    slug = article.texts.get().slug
    head = Head(client.get(f"/en/articles/{article.pk}-{slug}/").content.decode())
    assert head.canonical == head.meta["og:url"] == HOST + url_of(article, "ru")
    assert set(head.alternates) == {"ru"}
    assert json.loads(head.scripts[0])["inLanguage"] == "ru"


def test_a_retracted_article_is_described_no_longer(client):
    article = make_article()
    article.retract("Wrong.", "Неверно.")
    response = client.get(url_of(article))
    assert response.status_code == 410
    assert Head(response.content.decode()).scripts == []


def test_the_description_costs_no_query(django_assert_num_queries):
    from news.article_page import article_page
    from news.structured_data import as_script, describe

    for number in range(3):
        article = make_article(image=make_image(), languages=("en", "ru"))
        mention(article, f"e{number}")
        Correction.objects.create(article=article, kind="typo", note_en="5.", note_ru="Было 5.")
    shown = article_page(article.pk)
    with django_assert_num_queries(0):
        described = [as_script(thing) for thing in describe(shown.article, shown.text)]
    assert "NewsArticle" in described[0]
