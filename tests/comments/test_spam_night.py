"""A small dose of `python -m benchmarks.spam`: a night of spam among ordinary comments."""

import pytest
from pytest_django import Settings

from benchmarks.spam import night

pytestmark = pytest.mark.django_db


def test_a_night_of_spam_is_held_and_readers_go_on_talking(settings: Settings) -> None:
    settings.FIRST_COMMENTS_HELD, settings.COMMENTS_UNTIL_TRUSTED = 2, 10
    figures = night(seed=3, rounds=4, share=0.2)
    assert (figures["spam"], figures["ordinary"]) == ("40", "40")
    assert float(figures["spam_held"]) >= 0.97
    assert float(figures["ordinary_held"]) <= 0.05
    assert figures["mails"] == "0"
