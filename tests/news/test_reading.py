"""A visitor reads: front page, lists, articles, in both languages."""

import pytest
from django.utils import timezone

from news.article_page import article_page
from news.models import Article, ArticleText, Correction
from tests.factories import add_text, make_article, make_image, make_rubric, mention

pytestmark = pytest.mark.django_db


def page(client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, (url, response.status_code)
    return response.content.decode()


def url_of(article: Article, language: str = "en") -> str:
    slug = article.texts.get(language=language).slug
    return f"/{language}/articles/{article.pk}-{slug}/"


def test_the_root_sends_to_the_language_of_the_browser(client):
    assert client.get("/", headers={"accept-language": "ru"}).url == "/ru/"
    assert client.get("/", headers={"accept-language": "de, en;q=0.5"}).url == "/en/"


def test_an_empty_site_says_so(client):
    for url in ("/en/", "/ru/", "/en/articles/", "/en/discussions/"):
        page(client, url)


def test_the_front_page_shows_the_pinned_article_first(client):
    make_article("Pinned", is_pinned=True, published_at=timezone.now() - timezone.timedelta(9))
    make_article("Fresh")
    text = page(client, "/en/")
    assert text.index("Pinned") < text.index("Fresh")


def test_an_article_is_read_in_both_languages(client):
    article = make_article("Probe lands", languages=("en",))
    add_text(article, "ru", "Зонд сел")
    assert "Probe lands" in page(client, url_of(article))
    russian = page(client, url_of(article, "ru"))
    assert "Зонд сел" in russian
    assert 'lang="ru"' in russian


def test_an_article_without_a_translation_is_shown_in_its_original_marked(client):
    article = make_article("Только по-русски", languages=("ru",))
    slug = article.texts.get().slug
    text = page(client, f"/en/articles/{article.pk}-{slug}/")
    assert "Только по-русски" in text
    assert 'lang="ru"' in text
    assert "Только по-русски" in page(client, "/en/articles/")


def test_a_wrong_slug_is_one_permanent_redirect(client):
    article = make_article("Probe lands")
    response = client.get(f"/en/articles/{article.pk}-anything/")
    assert (response.status_code, response.url) == (301, url_of(article))


def test_the_article_names_its_rights_and_mentions(client):
    article = make_article(rights_holder="Space Agency", licence="CC BY 4.0", image=make_image())
    mention(article, "esa")
    text = page(client, url_of(article))
    for words in ("Space Agency", "CC BY 4.0", "/en/entities/esa/", "ESA"):
        assert words in text


def test_a_refused_or_merely_found_mention_is_not_shown(client):
    article = make_article()
    mention(article, "refused-one", state="refused")
    mention(article, "found-one", state="found")
    text = page(client, url_of(article))
    assert "refused-one" not in text
    assert "found-one" not in text


def test_a_translation_older_than_its_original_says_so(client):
    article = make_article("Probe lands")
    add_text(article, "ru", "Зонд сел")
    fresh = page(client, url_of(article, "ru"))
    original = article.texts.get(language="en")
    original.body = "<p>Now it is said otherwise.</p>"
    original.save()
    assert page(client, url_of(article, "ru")) != fresh


def test_an_unchecked_machine_translation_says_so(client):
    article = make_article("Probe lands")
    machine = add_text(article, "ru", "Зонд сел", origin=ArticleText.Origin.MACHINE)
    checked = page(client, url_of(article, "ru"))
    ArticleText.objects.filter(pk=machine.pk).update(is_checked=False)
    assert page(client, url_of(article, "ru")) != checked


def test_a_correction_is_told(client):
    article = make_article()
    Correction.objects.create(article=article, kind="typo", note_en="Was 5.", note_ru="Было 5.")
    assert "Was 5." in page(client, url_of(article))


def test_a_retracted_article_leaves_a_tombstone_and_every_list(client):
    article = make_article("Too good to be true")
    article.retract("The source was wrong.", "Источник ошибся.")
    text = page(client, url_of(article), status=410)
    assert "The source was wrong." in text
    for url in ("/en/", "/en/articles/", "/en/rubrics/space/"):
        assert "Too good to be true" not in page(client, url)


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "binned"])
def test_what_is_not_published_is_nowhere(client, state):
    article = make_article("Secret plan", state=state, published_at=timezone.now())
    mention(article, "esa")
    page(client, url_of(article), status=404)
    for url in (
        "/en/",
        "/en/articles/",
        "/en/rubrics/space/",
        "/en/sources/agency/",
        "/en/entities/esa/",
    ):
        assert "Secret plan" not in page(client, url)


def test_the_archive_is_filtered(client):
    make_article("In space", rubric=make_rubric("space"))
    make_article("In culture", rubric=make_rubric("culture"))
    text = page(client, "/en/articles/?rubric=culture")
    assert "In culture" in text
    assert "In space" not in text


def test_a_filter_that_makes_no_sense_is_said_at_the_field(client):
    text = page(client, "/en/articles/?since=tomorrowish&rubric=none")
    assert "tomorrowish" in text
    assert "Enter a valid date" in text


def test_anonymous_pages_set_no_cookie_and_carry_no_token(client):
    article = make_article()
    for url in ("/en/", "/en/articles/", url_of(article)):
        response = client.get(url)
        assert not response.cookies
        assert "csrfmiddlewaretoken" not in response.content.decode()


def test_articles_of_one_moment_have_different_neighbours(client):
    moment = timezone.now() - timezone.timedelta(hours=1)
    names = ("First", "Second", "Third")
    first, second, third = (make_article(name, published_at=moment) for name in names)
    shown = [article_page(a.pk) for a in (first, second, third)]
    assert [page.previous for page in shown] == [None, first, second]
    assert [page.next for page in shown] == [second, third, None]
