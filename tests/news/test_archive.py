"""A reader narrows the archive down, and pages through what is left."""

from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.html import escape

from news.models import Article, EntityAlias
from tests.factories import make_article, make_entity, make_rubric, make_source, mention

pytestmark = pytest.mark.django_db

ARCHIVE = "/en/articles/"


def titles(client, query: str) -> list[str]:
    response = client.get(f"{ARCHIVE}?{query}")
    assert response.status_code == 200
    assert response.context["page"] is not None, response.context["filters"].form.errors
    return [article.title for article in response.context["page"].items]


def errors(client, query: str) -> dict[str, list[str]]:
    response = client.get(f"{ARCHIVE}?{query}")
    assert response.status_code == 200
    assert response.context["page"] is None
    return response.context["filters"].form.errors


def make_article_on(title: str, *moment: int, **fields) -> Article:
    return make_article(title, published_at=datetime(*moment, tzinfo=ZoneInfo("UTC")), **fields)


def test_by_rubric_and_source(client):
    make_article("In space", rubric=make_rubric("space"), source=make_source("esa"))
    make_article("In culture", rubric=make_rubric("culture"), source=make_source("louvre"))
    assert titles(client, "rubric=culture") == ["In culture"]
    assert titles(client, "source=esa") == ["In space"]
    assert titles(client, "source=esa&rubric=culture") == []


@pytest.mark.parametrize("name", ["ESA", "esa", "ЕКА", "ека", "European Space Agency", " ESA "])
def test_by_what_it_mentions_under_any_of_its_names(client, name):
    esa = make_entity("esa", name_en="ESA", name_ru="ЕКА")
    EntityAlias.objects.create(entity=esa, language="en", name="European Space Agency")
    mention(make_article("About ESA"), "esa")
    mention(make_article("Only proposed"), "esa", state="found")
    make_article("About nobody")
    assert titles(client, f"entity={name}") == ["About ESA"]


def test_by_the_slug_of_what_it_mentions(client):
    make_entity("iss", name_en="International Space Station")
    mention(make_article("Aloft"), "iss")
    assert titles(client, "entity=iss") == ["Aloft"]


def test_one_name_may_stand_for_two(client):
    for slug in ("mars-planet", "mars-company"):
        make_entity(slug, name_en="Mars")
        mention(make_article(f"About {slug}"), slug)
    assert sorted(titles(client, "entity=mars")) == ["About mars-company", "About mars-planet"]


def test_an_unknown_name_is_said_at_the_field_and_kept(client):
    make_entity("esa", name_en="European Space Agency")
    near = errors(client, "entity=Space")
    assert "Did you mean one of these: European Space Agency?" in str(near["entity"])
    assert list(near) == ["entity"]
    far = client.get(f"{ARCHIVE}?entity=Zzz<b>").content.decode()
    assert far.count(escape("Zzz<b>")) >= 2


def test_by_language(client):
    make_article("Both", languages=("en", "ru"))
    make_article("English only")
    make_article("Только по-русски", languages=("ru",))
    assert sorted(titles(client, "language=ru")) == ["Both", "Только по-русски"]
    assert "Только по-русски" not in titles(client, "language=en")


def test_by_days_of_the_sites_calendar(client, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    make_article_on("Evening of the 4th in Auckland", 2025, 3, 4, 10)
    make_article_on("Morning of the 5th in Auckland", 2025, 3, 4, 12)
    assert titles(client, "since=2025-03-05") == ["Morning of the 5th in Auckland"]
    assert titles(client, "until=2025-03-04") == ["Evening of the 4th in Auckland"]
    assert len(titles(client, "since=2025-03-04&until=2025-03-05")) == 2


def test_a_range_that_ends_before_it_begins_is_said_at_its_end(client):
    assert list(errors(client, "since=2025-03-05&until=2025-03-04")) == ["until"]


@pytest.mark.parametrize(
    "query",
    [
        *("since=tomorrow", "until=2025-02-30", "since=0001-01-01", "until=9999-12-31"),
        *("rubric=none", "source=none", "language=de", "order=;drop", "discussed=maybe"),
        "entity=" + "x" * 200,
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(client, query):
    name, typed = query.split("=")
    assert list(errors(client, query)) == [name]
    assert typed in client.get(f"{ARCHIVE}?{query}").content.decode()


def test_by_comments_and_in_every_order(client):
    for number, (views, comments) in enumerate([(5, 0), (9, 2), (1, 7)]):
        article = make_article_on(f"Number {number}", 2025, 3, number + 1)
        Article.objects.filter(pk=article.pk).update(views=views, comment_count=comments)
    assert titles(client, "discussed=yes") == ["Number 2", "Number 1"]
    assert titles(client, "order=oldest") == ["Number 0", "Number 1", "Number 2"]
    assert titles(client, "order=discussed") == ["Number 2", "Number 1", "Number 0"]
    assert titles(client, "order=read") == ["Number 1", "Number 0", "Number 2"]


@pytest.mark.parametrize("order", ["", "oldest", "discussed", "read"])
def test_filters_and_order_survive_paging(client, order):
    now = timezone.now()
    for number, slug in product(range(25), ("space", "culture")):
        moment = now - timedelta(hours=number)
        make_article(f"{slug} {number}", published_at=moment, rubric=make_rubric(slug))
    query, seen = f"rubric=space{order and '&order='}{order}", []
    while query:
        page = client.get(f"{ARCHIVE}?{query}").context["page"]
        seen += [article.title for article in page.items]
        query = page.after and page.next_query.lstrip("?")
        assert not query or "rubric=space" in query
    assert sorted(seen) == sorted(f"space {number}" for number in range(25))


def test_what_is_published_meanwhile_shifts_nothing(client):
    old = [make_article(published_at=timezone.now() - timedelta(days=n)) for n in range(1, 26)]
    first = client.get(ARCHIVE).context["page"]
    make_article("Breaking")
    second = client.get(ARCHIVE + first.next_query).context["page"]
    assert [a.pk for a in [*first.items, *second.items]] == [a.pk for a in old]
    back = client.get(ARCHIVE + second.previous_query).context["page"]
    assert [a.pk for a in back.items] == [a.pk for a in first.items]


def test_an_address_to_keep_names_only_what_was_chosen(client):
    make_rubric("space")
    response = client.get(f"{ARCHIVE}?rubric=space&source=&entity=&since=&order=")
    assert (response.status_code, response.url) == (302, f"{ARCHIVE}?rubric=space")


def test_each_filter_in_use_can_be_left_out(client):
    make_rubric("space")
    text = client.get(f"{ARCHIVE}?rubric=space&order=oldest").content.decode()
    assert 'href="/en/articles/?order=oldest"' in text
    assert 'href="/en/articles/?rubric=space"' in text


@pytest.mark.parametrize(("part", "offered"), [("европ", "Европейское"), ("ESA", "ESA"), ("", "")])
def test_names_are_offered_while_one_types(client, part, offered):
    make_entity("esa", name_en="ESA", name_ru="Европейское космическое агентство")
    make_entity("nasa", name_en="NASA")
    text = client.get("/en/entities/", {"entity": part}).content.decode()
    assert text.count("<option") == bool(part)
    assert offered in text
