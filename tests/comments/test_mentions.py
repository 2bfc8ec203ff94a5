"""A comment calls readers by name; whoever exists is linked, and nobody else."""

import time

import pytest
from django.test import Client

from comments import posting
from comments.mentions import MOST, called_in, linked, render
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

VERA = '<a href="/users/vera/">@vera</a>'


@pytest.fixture(autouse=True)
def vera() -> None:
    make_user("vera")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("@vera, look", f"<p>{VERA}, look</p>"),
        ("Ask @VERA.", '<p>Ask <a href="/users/vera/">@VERA</a>.</p>'),
        ("(@vera)", f"<p>({VERA})</p>"),
        ("@vera-то права", f"<p>{VERA}-то права</p>"),
        ("*@vera*", f"<p><em>{VERA}</em></p>"),
        ("@verattrap @nobody @ vera", "<p>@verattrap @nobody @ vera</p>"),
        ("mail vera@vera.example", "<p>mail vera@vera.example</p>"),
        ("`@vera`", "<p><code>@vera</code></p>"),
        ("@<b>vera", "<p>@&lt;b&gt;vera</p>"),
    ],
)
def test_names_of_readers_become_links(source: str, html: str) -> None:
    assert render(source) == html


def test_a_name_in_a_link_or_in_a_block_of_code_is_left_alone() -> None:
    assert "/users/" not in render("[@vera](https://e.com/@vera) https://e.com/@vera")
    assert "/users/" not in render("```\n@vera\n```")


def test_the_longest_name_is_meant() -> None:
    make_user("vera.k")
    assert called_in(render("@vera.k. @vera. @vera.kkk")) == ["vera.k", "vera"]


def test_names_in_russian_letters_work_too() -> None:
    make_user("Вера")
    assert called_in(render("Спасибо, @вера!")) == ["Вера"]


def test_who_is_quoted_is_not_called() -> None:
    html = render("> @vera said\n\nWho?")
    assert VERA in html
    assert called_in(html) == []


def test_who_has_left_is_not_linked() -> None:
    make_user("gone", is_active=False)
    assert render("@gone") == "<p>@gone</p>"


def test_only_so_many_are_linked() -> None:
    names = [make_user(f"friend{number}x").username for number in range(MOST + 5)]
    assert len(called_in(render(" ".join(f"@{name}" for name in names)))) == MOST


def test_a_comment_costs_one_query_for_its_calls_and_none_without(
    django_assert_num_queries,
) -> None:
    with django_assert_num_queries(1):
        render("@vera @nobody @vera @anybody")
    with django_assert_num_queries(0):
        render("No names, and no@mail.example")


def test_the_link_leads_to_the_profile_in_the_readers_language() -> None:
    posting.post(make_article(), make_user().pk, "Hello @vera")
    answer = Client(headers={"Accept-Language": "ru"}).get("/users/vera/", follow=True)
    assert answer.redirect_chain[-1][0] == "/ru/users/vera/"
    assert answer.status_code == 200


@pytest.mark.parametrize("unit", ["@", "@a", "@vera", "@.", "@a.b-c", "<a ", "a@"])
def test_ten_thousand_hostile_characters_take_no_time(unit: str) -> None:
    start = time.perf_counter()
    linked("<p>" + (unit * 10_000)[:10_000].replace("<", "&lt;") + "</p>")
    assert time.perf_counter() - start < 5
