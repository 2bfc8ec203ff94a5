"""Appeals: an author asks, once, for an act to be looked at again by somebody else.

The link in the mail of the notice is all it takes: who is banned can't log in.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import undoing
from comments.models import Appeal, ModerationEvent, ModerationEventQuerySet, Notice
from comments.moderation import ModerationRefused, Ruling
from comments.moderators import Reach

Action = ModerationEvent.Action


@dataclass(frozen=True)
class Hearing:
    """An appeal with what it is about."""

    appeal: Appeal
    events: list[ModerationEvent]
    is_mine_to_decide: bool


def events_of(notice: Notice) -> ModerationEventQuerySet:
    """What the act did to this author."""
    return ModerationEvent.objects.filter(act=notice.act, subject=notice.author_id)


def appeal(notice: Notice, text: str) -> Appeal:
    """Ask for another look; twice is once. Raises ModerationRefused when nothing of it stands."""
    if not events_of(notice).standing().exists():
        raise ModerationRefused(_("This has been taken back already: there is nothing to appeal."))
    return Appeal.objects.get_or_create(notice=notice, defaults={"text": text})[0]


def hearings(appeals: Iterable[Appeal], moderator: AbstractUser) -> list[Hearing]:
    """Each with its events, and whether they may decide it. Always the same number of queries."""
    by_act: dict[tuple[object, int | None], list[ModerationEvent]] = {}
    acts = [appeal.notice.act for appeal in appeals]
    for event in ModerationEvent.objects.filter(act__in=acts).in_context().order_by("pk"):
        by_act.setdefault((event.act, event.subject_id), []).append(event)
    reach = Reach(moderator)
    return [
        Hearing(appeal, events, reach.may_hear(appeal.notice.author_id, _actors(events)))
        for appeal in appeals
        for events in [by_act.get((appeal.notice.act, appeal.notice.author_id), [])]
    ]


def _actors(events: Iterable[ModerationEvent]) -> set[int]:
    return {event.moderator_id for event in events if event.moderator_id}


@transaction.atomic
def decide(appeal: Appeal, by: AbstractUser, is_granted: bool, answer: str) -> None:
    """Take back what it is about, or let it stand, and owe the author the answer.

    Raises ModerationRefused.
    """
    locked = Appeal.objects.select_for_update().get(pk=appeal.pk)
    notice, ruling = appeal.notice, Ruling(by, note=answer)
    events = list(events_of(notice))
    if locked.decided_at:
        raise ModerationRefused(_("This appeal is decided already."))
    if not Reach(by).may_hear(notice.author_id, _actors(events)):
        raise ModerationRefused(_("Another moderator than the one who acted decides."))
    if is_granted:
        undoing.undo_for(notice.author_id, notice.act, ruling)
    else:
        _refuse(events, ruling)
    locked.is_granted, locked.answer, locked.decided_by_id = is_granted, answer, by.pk
    locked.decided_at = locked.due_at = timezone.now()
    locked.save()


def _refuse(events: list[ModerationEvent], ruling: Ruling) -> None:
    about = events[0]
    event = ruling.event(
        Action.REFUSE,
        subject_id=about.subject_id,
        comment_id=about.comment_id,
        discussion_id=about.discussion_id,
    )
    ruling.record(event)
