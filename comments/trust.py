"""How far an account is trusted: more with comments that stand, less with hidden ones."""

from datetime import timedelta
from enum import IntEnum

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.utils import timezone

from comments.models import Comment

_TRUSTED_AGE = timedelta(days=7)
# Comments must stand for so long before they count on the way from known to trusted: whoever would
# object has had the time to.
_STANDING = timedelta(days=1)
_FORGOTTEN = timedelta(days=90)
_PRICE_OF_HIDDEN = 4  # comments that stand
_MANY_HELD = 2  # with so many waiting for a moderator an account may be in other hands


class Trust(IntEnum):
    NEW = 0  # the first comments wait for a moderator
    KNOWN = 1
    TRUSTED = 2
    STAFF = 3  # nothing is held


def trust_of(user: AbstractUser) -> Trust:
    """Three queries that look at some dozen rows, however much the reader has written."""
    if user.is_staff or user.has_perm("comments.moderate_comment"):
        return Trust.STAFF
    held, hidden, spam = _objections(user)
    if spam:
        return Trust.NEW
    price = hidden * _PRICE_OF_HIDDEN
    if not _has_visible(user, settings.FIRST_COMMENTS_HELD + price, timedelta()):
        return Trust.NEW
    needed = settings.COMMENTS_UNTIL_TRUSTED
    is_old = user.date_joined < timezone.now() - _TRUSTED_AGE or not needed
    if held < _MANY_HELD and is_old and _has_visible(user, needed + price, _STANDING):
        return Trust.TRUSTED
    return Trust.KNOWN


def _objections(user: AbstractUser) -> tuple[int, int, int]:
    """How many of their comments wait, how many moderators have hidden and found spam, lately."""
    Status = Comment.Status
    lately = Comment.objects.filter(author=user.pk, created_at__gt=timezone.now() - _FORGOTTEN)
    objected = lately.filter(status__in=[Status.PENDING, Status.HIDDEN, Status.SPAM])
    statuses = list(objected.values_list("status", flat=True)[:20])
    return (
        statuses.count(Status.PENDING),
        statuses.count(Status.HIDDEN),
        statuses.count(Status.SPAM),
    )


def _has_visible(user: AbstractUser, number: int, standing: timedelta) -> bool:
    """Whether at least `number` of their comments are visible, and for that long."""
    if not number:
        return True
    visible = Comment.objects.visible().filter(author=user.pk)
    standing_ones = visible.filter(created_at__lt=timezone.now() - standing)
    return standing_ones.order_by("created_at")[number - 1 : number].exists()
