"""What authors are told of acts against what they wrote, by mail, in their language.

A row says what is owed. One mail takes all that is owed to an author; what was undone before it
went is never mentioned.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from comments import emails
from comments.emails import Sent
from comments.models import Appeal, Notice
from comments.notice_text import sections_of

# Time to think better of it, and for several acts to become one mail.
PAUSE = timedelta(minutes=5)
_TRY_AGAIN_AFTER = timedelta(minutes=2)
_TRY_FOR = timedelta(days=1)
_AT_ONCE = 100


def owe(act: UUID, author_ids: Iterable[int]) -> None:
    """Each of these authors is owed a notice of the act. Twice is once."""
    due_at = timezone.now() + PAUSE
    notices = [Notice(act=act, author_id=author_id, due_at=due_at) for author_id in author_ids]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def sweep(now: datetime | None = None) -> None:
    """Send what is due, until mail fails. Late, twice and side by side are fine."""
    now = now or timezone.now()
    due = Notice.objects.owed(now).order_by("due_at").values_list("author", flat=True)
    answers = Appeal.objects.owed_answer(now).order_by("due_at").values_list("pk", flat=True)
    for author_id in dict.fromkeys(due[:_AT_ONCE]):
        if not _tell(author_id, now):
            return
    for pk in answers[:_AT_ONCE]:
        if not _answer(pk, now):
            return


@transaction.atomic
def _tell(author_id: int, now: datetime) -> bool:
    """One mail with all that is owed to an author, due or not; False when mail fails for now."""
    owed = Notice.objects.filter(author=author_id, due_at__isnull=False).order_by("pk")
    notices = list(owed.select_for_update(skip_locked=True))
    author = get_user_model().objects.get(pk=author_id)
    sections = sections_of(author, notices)
    sent = emails.send(emails.notice(author, sections)) if sections else Sent.NEVER
    for row in notices:
        row.due_at = _owed_again(sent, row.created_at, now)
        row.sent_at = now if sent == Sent.YES else None
    Notice.objects.bulk_update(notices, ["due_at", "sent_at"])
    return sent != Sent.LATER


@transaction.atomic
def _answer(appeal_id: int, now: datetime) -> bool:
    owed = Appeal.objects.filter(due_at__isnull=False).select_related("notice__author")
    appeal = owed.select_for_update(skip_locked=True, of=("self",)).filter(pk=appeal_id).first()
    if appeal is None or appeal.decided_at is None:
        return True
    sent = emails.send(emails.appeal_answer(appeal))
    appeal.due_at = _owed_again(sent, appeal.decided_at, now)
    appeal.save(update_fields=["due_at"])
    return sent != Sent.LATER


def _owed_again(sent: Sent, since: datetime, now: datetime) -> datetime | None:
    """When to try next; None when it is done, or of no use."""
    return now + _TRY_AGAIN_AFTER if sent == Sent.LATER and since > now - _TRY_FOR else None
