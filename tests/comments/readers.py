"""Readers with a past, for tests of what depends on it."""

from datetime import timedelta
from random import Random

from django.utils import timezone

from comments.models import Comment
from portal.models import User
from tests.crowd import make_talk_of
from tests.factories import make_article, make_user


def make_reader(
    comments: int = 0, days: int = 30, status: str = "visible", **fields: object
) -> User:
    """Joined so many days ago, and wrote so many comments the day before yesterday."""
    fields.setdefault("date_joined", timezone.now() - timedelta(days=days))
    reader = make_user(**fields)
    if comments:
        make_talk_of(make_article(), [reader.pk], comments, lambda _number: 0, Random(reader.pk))
        written = Comment.objects.filter(author=reader)
        written.update(status=status, created_at=timezone.now() - timedelta(days=2))
    return reader


def make_newcomer(**fields: object) -> User:
    return make_reader(0, days=0, **fields)


def make_known_reader(**fields: object) -> User:
    return make_reader(3, **fields)


def make_trusted_reader(**fields: object) -> User:
    return make_reader(12, **fields)
