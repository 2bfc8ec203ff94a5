"""What an article's page shows besides its text."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from news.models import ArticleText
from tests.factories import add_text, make_article, make_image, make_rubric, make_source, mention

pytestmark = pytest.mark.django_db


def page(client, article, language: str = "en") -> str:
    text = article.texts.filter(language=language).first() or article.texts.get()
    response = client.get(f"/{language}/articles/{article.pk}-{text.slug}/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_an_article_over_a_year_old_says_so(client):
    now = timezone.now()
    old = make_article(published_at=now - timedelta(days=370))
    young = make_article(published_at=now - timedelta(days=360))
    assert "This article was published 1" in page(client, old)
    assert "This article was published" not in page(client, young)


def test_switching_the_language_stays_on_the_article(client):
    article = make_article("Probe lands")
    add_text(article, "ru", "Зонд сел")
    english, russian = (f"/en/articles/{article.pk}-", f"/ru/articles/{article.pk}-")
    assert page(client, article).count(f'href="{russian}zond-sel/"') == 3
    assert page(client, article, "ru").count(f'href="{english}probe-lands/"') == 3


def test_the_language_of_an_untranslated_article_is_said_and_kept(client):
    article = make_article("Только по-русски", languages=("ru",))
    text = page(client, article, "en")
    assert "here it is in its original language (Русский)" in text
    assert '<div class="prose article__text" lang="ru">' in text


def test_an_unchecked_stale_translation_links_to_its_original(client):
    article = make_article("Probe lands")
    add_text(
        *(article, "ru", "Зонд сел"),
        origin=ArticleText.Origin.MACHINE,
        is_checked=False,
        source_fingerprint="older",
    )
    text = page(client, article, "ru")
    assert "Переведено машиной" in text
    assert "С тех пор как сделан этот перевод, оригинал изменился." in text
    assert f'href="/en/articles/{article.pk}-probe-lands/" hreflang="en">Читать оригинал' in text


def test_the_dateline_the_picture_and_the_rights_are_told(client):
    picture = make_image(caption_en="A blue field", credit="ESA/Hubble")
    article = make_article(
        *("Probe lands",),
        image=picture,
        source=make_source("agency", name_en="The Agency"),
        source_url="https://agency.example/story",
        rights_holder="The Agency Ltd",
        licence="CC BY 4.0",
        licence_url="https://licence.example/by",
    )
    article.texts.update(dateline="Darmstadt, 12 November — ESA")
    text = page(client, article)
    assert '<p class="article__dateline" lang="en">Darmstadt, 12 November — ESA</p>' in text
    assert "A blue field" in text
    assert "Image: ESA/Hubble" in text
    assert (
        'belong to <a href="https://agency.example/story" rel="noopener">The Agency Ltd</a>' in text
    )
    assert '<a href="https://licence.example/by" rel="license noopener">CC BY 4.0</a>' in text


def test_mentions_stand_in_groups_each_linked_to_its_page(client):
    article = make_article()
    for slug, kind in [("esa", "company"), ("hera", "project"), ("nasa", "company")]:
        mention(article, slug).entity.__class__.objects.filter(slug=slug).update(kind=kind)
    groups = re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", page(client, article))
    assert [name for name, _links in groups] == ["Companies and institutions", "Projects"]
    assert 'href="/en/entities/esa/"' in groups[0][1]
    assert 'href="/en/entities/nasa/"' in groups[0][1]


def test_counters_are_labelled_and_a_rating_may_be_negative(client):
    article = make_article()
    type(article).objects.update(views=12345, comment_count=7, rating=-3)
    text = re.sub("<[^>]+>", "", page(client, article))
    for words in ("Views 12,345", "Comments 7", "Rating −3"):
        assert words in text


def test_nothing_of_the_page_comes_from_elsewhere(client):
    text = page(client, make_article(image=make_image()))
    loaded = re.findall(r'<(?:script|img|iframe|source)[^>]* (?:src|srcset)="([^"]+)"', text)
    loaded += re.findall(r'<link rel="(?:stylesheet|icon|preload)" href="([^"]+)"', text)
    assert loaded
    assert [url for url in loaded if not url.startswith("/")] == []


def test_the_way_back_and_the_neighbours_in_its_rubric(client):
    now = timezone.now()
    days = {"Older": 3, "This": 2, "Newer": 1}
    made = {
        name: make_article(name, published_at=now - timedelta(days=ago))
        for name, ago in days.items()
    }
    make_article("Elsewhere", rubric=make_rubric("culture"), published_at=now)
    text = page(client, made["This"])
    assert re.search(r'rel="prev" href="[^"]*-older/"', text)
    assert re.search(r'rel="next" href="[^"]*-newer/"', text)
    assert re.search(r'class="breadcrumb".*href="/en/".*href="/en/rubrics/space/"', text)
