"""How far a search reads: what it finds is what there is, and where it stops it says so."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news import search as searching
from news.models import Article
from news.search_words import IndexQuery, SearchWords, as_websearch
from tests.factories import make_article
from tests.news.test_search import found, page, titles

pytestmark = pytest.mark.django_db

TITLES = [
    "zorb quux",
    "quux zorb",
    "zorb blim quux",
    "quux zorb quux blim",
    "blim",
    "dov blim zorb",
]
WORDS = st.sampled_from(["zorb", "quux", "blim", "dov"])
PHRASES = st.lists(WORDS, min_size=2, max_size=3).map(" ".join)
BRANCHES = st.tuples(
    st.lists(WORDS | PHRASES, min_size=1, max_size=2), st.lists(WORDS | PHRASES, max_size=2)
)


def typed_as(branches: list[tuple[list[str], list[str]]]) -> str:
    """Alternatives of (words and phrases that are wanted, and that aren't)."""
    quoted = [
        [f'"{part}"' if " " in part else part for part in wanted]
        + [f'-"{part}"' if " " in part else f"-{part}" for part in unwanted]
        for wanted, unwanted in branches
    ]
    return " or ".join(" ".join(parts) for parts in quoted)


def matches(title: str, branches: list[tuple[list[str], list[str]]]) -> bool:
    def has(part: str) -> bool:
        return f" {part} " in f" {title} "

    return any(
        all(map(has, wanted)) and not any(map(has, unwanted)) for wanted, unwanted in branches
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(branches=st.lists(BRANCHES, min_size=1, max_size=2), order=st.sampled_from(["", "newest"]))
def test_found_is_what_has_the_words_in_their_places(client, branches, order):
    if not Article.objects.exists():
        for title in TITLES:
            make_article(title).texts.update(lead="", body="")
    wanted = [title for title in TITLES if matches(title, branches)]
    assert sorted(found(client, typed_as(branches), order=order)) == sorted(wanted)


@pytest.fixture
def rare_phrase(monkeypatch):
    """Twelve articles with two words, of which every fourth has them as a phrase; five are read."""
    monkeypatch.setattr(searching, "MOST_READ", 5)
    for number in range(12):
        title = f"Far side {number}" if number % 4 == 3 else f"Side far {number}"
        make_article(title, published_at=timezone.now() - timedelta(hours=number))


def test_the_best_say_that_they_are_of_the_newest_only(client, rare_phrase):
    text = page(client, '"far side"')
    assert titles(text) == ["Far side 3"]
    assert "Only the newest 5 articles with these words were looked through." in text
    link = unescape(re.search(r'href="([^"]*)">Look through all, newest first', text)[1])
    assert titles(client.get(f"/en/search/{link}").content.decode())[0] == "Far side 3"
    assert "не больше 5" in page(client, '"far side"', "ru")


def test_nothing_among_the_newest_is_not_told_as_nothing_at_all(client, rare_phrase):
    text = page(client, '"far side" -"side 3"')
    assert "Nothing found" in text
    assert "Only the newest 5 articles" in text


def test_the_newest_are_read_page_by_page_to_the_end(client, rare_phrase):
    query = urlencode({"q": '"far side"', "order": "newest"})
    url, seen, pages = f"/en/search/?{query}", [], 0
    while url:
        text = client.get(url).content.decode()
        pages += 1
        seen += titles(text)
        assert "Nothing found" not in text
        assert ("For this page, 5 articles" in text) == (pages < 3)
        following = re.search(r'rel="next" href="([^"]*)"', text)
        url = f"/en/search/{unescape(following[1])}" if following else ""
    assert seen == ["Far side 3", "Far side 7", "Far side 11"]
    before = unescape(re.search(r'rel="prev" href="([^"]*)"', text)[1])
    assert titles(client.get(f"/en/search/{before}").content.decode()) == ["Far side 7"]


def test_a_common_word_says_that_its_best_are_of_the_newest(client, rare_phrase):
    assert "Only the newest 5 articles" in page(client, "side")
    text = page(client, "side", order="newest")
    assert "looked through" not in text
    assert "12 articles" in text


@pytest.mark.parametrize("order", ["", "newest"])
def test_where_all_was_read_nothing_is_said_of_it(client, order):
    make_article("Far side")
    assert "looked through" not in page(client, '"far side"', order=order)


def test_old_articles_come_after_recent_ones_and_are_not_lost(client):
    for days in (400, 1, 200, 3):
        make_article(f"Comet {days}", published_at=timezone.now() - timedelta(days))
    newest = ["Comet 1", "Comet 3", "Comet 200", "Comet 400"]
    assert found(client, "comet", order="newest") == newest
    assert sorted(found(client, "comet")) == sorted(newest)


@pytest.mark.parametrize("typed", ["-moon", "the -moon", '-"far side"', "-moon or comet"])
@pytest.mark.parametrize("order", ["", "newest"])
def test_absence_alone_is_nothing_to_look_for(client, typed, order):
    make_article("A comet")
    text = page(client, typed, order=order)
    assert titles(text) == []
    assert "nor words with a minus are looked for alone" in text


@pytest.mark.parametrize("order", ["", "newest"])
def test_a_phrase_costs_no_more_queries_than_a_word(client, rare_phrase, order):
    page(client, "side", order=order)
    with CaptureQueriesContext(connection) as queries:
        page(client, '"far side"', order=order)
    assert len(queries) <= 5


def as_text(query: SearchQuery) -> str:
    """As PostgreSQL writes it."""
    written = Cast(query, TextField())
    return Article.objects.annotate(query=written).values_list("query", flat=True).get() or ""


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("moon base", "'moon' & 'base'"),
        ('"far side" or moon -base', "'far' & 'side' | 'moon' & !'base'"),
        ('moon -"far side"', "'moon' & !'\ue000'"),
        ("moon -covid-19 \"a 'b' c\"", "'moon' & !'\ue000' & 'b' & 'c'"),
        ("o'neill", "'o' & 'neill'"),
        ("-moon", ""),
        ("the", ""),
    ],
)
def test_the_index_is_asked_for_words_and_not_for_their_places(typed, asked):
    make_article("Any")
    text = as_websearch(typed)
    query = IndexQuery(text, config="english", search_type="websearch")
    assert as_text(query) == asked


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(typed=st.text(st.sampled_from("aбor1é²      ---'._\"«"), max_size=12))
def test_words_without_phrases_are_known_as_such(db, typed):
    if not Article.objects.exists():
        make_article("Any")
    words = SearchWords(typed, "en")
    assert words.may_have_phrases or "<" not in as_text(words.queries["en"])
