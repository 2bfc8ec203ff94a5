"""Accounts earn trust with what they write, and lose it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from pytest_django import Settings

from comments.models import Comment
from comments.trust import Trust, trust_of
from tests.comments.readers import make_reader
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def newcomers(settings: Settings) -> None:
    settings.FIRST_COMMENTS_HELD, settings.COMMENTS_UNTIL_TRUSTED = 2, 10


@pytest.mark.parametrize(
    ("comments", "days", "trust"),
    [
        (0, 0, Trust.NEW),
        (1, 400, Trust.NEW),
        (2, 0, Trust.KNOWN),
        (9, 400, Trust.KNOWN),
        (10, 6, Trust.KNOWN),
        (10, 8, Trust.TRUSTED),
    ],
)
def test_trust_grows_with_comments_that_stand_and_with_time(
    comments: int, days: int, trust: Trust
) -> None:
    assert trust_of(make_reader(comments, days)) == trust


@pytest.mark.parametrize("status", ["pending", "deleted"])
def test_only_visible_comments_count(status: str) -> None:
    assert trust_of(make_reader(12, status=status)) == Trust.NEW


def test_a_flood_of_fresh_comments_earns_nothing() -> None:
    reader = make_reader(12)
    Comment.objects.filter(author=reader).update(created_at=timezone.now())
    assert trust_of(reader) == Trust.KNOWN


def test_hidden_comments_cost_trust() -> None:
    reader = make_reader(13)
    assert trust_of(reader) == Trust.TRUSTED
    hidden = Comment.objects.filter(author=reader)[:1].get()
    Comment.objects.filter(pk=hidden.pk).update(status="hidden")
    assert trust_of(reader) == Trust.KNOWN


def test_spam_costs_all_of_it_until_it_is_forgotten() -> None:
    reader = make_reader(30)
    spam = Comment.objects.filter(author=reader)[:1].get()
    Comment.objects.filter(pk=spam.pk).update(status="spam")
    assert trust_of(reader) == Trust.NEW
    long_ago = timezone.now() - timedelta(days=100)
    Comment.objects.filter(pk=spam.pk).update(created_at=long_ago)
    assert trust_of(reader) == Trust.TRUSTED


def test_moderators_and_the_newsroom_are_trusted() -> None:
    moderator = make_user()
    moderator.user_permissions.add(Permission.objects.get(codename="moderate_comment"))
    assert trust_of(moderator) == trust_of(make_user(is_staff=True)) == Trust.STAFF


def test_an_installation_may_trust_everybody(settings: Settings) -> None:
    settings.FIRST_COMMENTS_HELD = settings.COMMENTS_UNTIL_TRUSTED = 0
    assert trust_of(make_user()) == Trust.TRUSTED


def test_it_costs_the_same_for_whoever_has_written_much(django_assert_max_num_queries) -> None:
    for comments in (3, 40):
        reader = make_reader(comments)
        with django_assert_max_num_queries(5):  # two of them for permissions
            trust_of(reader)
