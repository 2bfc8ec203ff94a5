"""What authors are told of acts against what they wrote, by mail, in their language."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from comments.models import Notice

# Time to think better of it: what is undone by then is never mailed. And several acts are one mail.
PAUSE = timedelta(minutes=5)


def owe(act: UUID, author_ids: Iterable[int]) -> None:
    """Each of these authors is owed a notice of the act. Twice is once."""
    due_at = timezone.now() + PAUSE
    notices = [Notice(act=act, author_id=author_id, due_at=due_at) for author_id in author_ids]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
