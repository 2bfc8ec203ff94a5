"""An article is seen before it is out: by editors, and by whoever was given a link that works."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news import previews
from news.models import Article, PreviewLink
from tests.factories import make_article
from tests.news.desk import desk_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article("Probe lands", state="draft", languages=("en", "ru"))


@pytest.fixture
def link(article):
    return previews.make(article, None, days=7)


def see(client, link, language="en"):
    return client.get(f"/{language}/preview/{previews.token_of(link)}/")


def test_an_editor_makes_a_link_that_shows_the_article_to_a_visitor(client, article):
    anna = desk_of("anna")
    page = anna.post(f"/admin/news/article/{article.pk}/preview/make/", {"days": 7}, follow=True)
    link = PreviewLink.objects.get()
    assert f"/preview/{previews.token_of(link)}/" in page.content.decode()
    for language in ("en", "ru"):
        seen = see(client, link, language)
        assert seen.status_code == 200
        assert "Probe lands, in many more words." in seen.content.decode()


def test_it_is_kept_nowhere_counted_nowhere_and_tells_no_other_site(client, link):
    response = see(client, link)
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    page = response.content.decode()
    for trace in ("beacon", 'rel="canonical"', "csrfmiddlewaretoken", "ld+json"):
        assert trace not in page
    assert not response.cookies


def test_taken_back_or_expired_it_shows_nothing(client, article, link):
    desk_of("anna").post(f"/admin/news/article/{article.pk}/preview/{link.pk}/revoke/")
    revoked = see(client, link)
    expired = previews.make(article, None, days=1)
    PreviewLink.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    for response in (revoked, see(client, expired)):
        assert response.status_code == 410
        assert "Probe lands" not in response.content.decode()
        assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("token", ["x", "1", "1.forged", "0" * 3000, "%00", "٣.x"])
def test_a_forged_one_is_not_found(client, link, token):
    assert client.get(f"/en/preview/{token}/").status_code in (400, 404)


def test_what_is_out_is_read_at_its_own_address_and_what_is_binned_nowhere(client, article, link):
    Article.objects.get().bin()
    assert see(client, link).status_code == 410
    Article.objects.get().restore()
    Article.objects.get().publish()
    assert see(client, link)["Location"] == Article.objects.get().get_absolute_url()


def test_links_of_another_article_are_not_taken_back_here_nor_by_strangers(client, link):
    other = make_article(state="draft")
    address = f"/admin/news/article/{other.pk}/preview/{link.pk}/revoke/"
    assert desk_of("anna").post(address).status_code == 404
    client.post(f"/admin/news/article/{link.article_id}/preview/{link.pk}/revoke/")
    assert PreviewLink.objects.working().exists()


def test_it_costs_the_same_however_many_links_and_articles_there_are(
    client, link, django_assert_max_num_queries
):
    see(client, link)
    with django_assert_max_num_queries(9) as few:
        see(client, link)
    for _ in range(10):
        previews.make(make_article(), None, days=1)
    with django_assert_max_num_queries(len(few)):
        see(client, link)


def test_long_expired_links_are_forgotten(link):
    assert previews.forget_old() == 0
    PreviewLink.objects.update(expires_at=timezone.now() - timedelta(days=100))
    assert previews.forget_old() == 1
