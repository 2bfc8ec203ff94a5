"""What readers may do that newcomers may not yet.

Whoever is signed in has confirmed an address: django-allauth lets nobody in without.
"""

from datetime import timedelta

from django.contrib.auth.models import AbstractUser
from django.utils import timezone

from comments.models import Comment
from comments.trust import Trust, trust_of

NEWCOMER_FOR = timedelta(days=1)


def may_vote(user: AbstractUser) -> bool:
    """Votes count of those who have a published comment, or an account older than a day."""
    return _is_settled(user) or Comment.objects.visible().filter(author=user.pk).exists()


def report_counts(user: AbstractUser) -> bool:
    """Moderators see every report; only those of readers we know can hide something by number."""
    return _is_settled(user) and trust_of(user) > Trust.NEW


def _is_settled(user: AbstractUser) -> bool:
    return user.date_joined <= timezone.now() - NEWCOMER_FOR
