"""What stands where on the front page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news.front_page import front_page
from tests.factories import make_article, make_rubric

pytestmark = pytest.mark.django_db


def make_old(title: str, days: int, **fields) -> None:
    make_article(title, published_at=timezone.now() - timedelta(days=days), **fields)


def on_top() -> list[str]:
    shown = front_page()
    return [shown.lead.title, *(article.title for article in shown.seconds)]


def test_pinned_articles_lead_in_their_order_and_the_newest_fill_up():
    for days in range(1, 9):
        make_old(f"Of {days} days", days)
    make_old("Pinned long ago", 90, is_pinned=True)
    make_old("Pinned lately", 80, is_pinned=True)
    make_old("Pinned to lead", 95, is_pinned=True, pin_position=1)
    assert on_top() == ["Pinned to lead", "Pinned lately", "Pinned long ago", "Of 1 days"]


def test_a_place_kept_from_a_former_pin_means_nothing():
    make_old("Once pinned", 5, pin_position=1)
    make_old("Fresh", 1)
    assert on_top() == ["Fresh", "Once pinned"]


def test_rubrics_show_their_newest_that_are_not_above():
    for days in range(1, 9):
        make_old(f"Space {days}", days, rubric=make_rubric("space"))
        make_old(f"Culture {days}", 100 + days, rubric=make_rubric("culture"))
    sections = {
        rubric.slug: [article.title for article in articles]
        for rubric, articles in front_page().sections
    }
    assert sections["space"] == [f"Space {days}" for days in range(5, 9)]
    assert sections["culture"] == [f"Culture {days}" for days in range(1, 5)]


def test_what_is_not_published_is_not_pinned_either():
    make_article("Secret", state="draft", is_pinned=True, published_at=timezone.now())
    assert front_page().lead is None
