"""Readers who do not want to see what certain others write. Nobody is told."""

from django.db.models import QuerySet

from comments.models import Mute


def mute(user_id: int, muted_id: int) -> None:
    """Twice is once. Raises ValueError for oneself."""
    if user_id == muted_id:
        raise ValueError("nobody mutes themselves")
    Mute.objects.bulk_create([Mute(user_id=user_id, muted_id=muted_id)], ignore_conflicts=True)


def unmute(user_id: int, muted_id: int) -> None:
    Mute.objects.filter(user=user_id, muted=muted_id).delete()


def is_muted(user_id: int | None, muted_id: int | None) -> bool:
    if user_id is None or muted_id is None:
        return False
    return Mute.objects.filter(user=user_id, muted=muted_id).exists()


def of(user_id: int) -> QuerySet[Mute]:
    return Mute.objects.filter(user=user_id).select_related("muted")
