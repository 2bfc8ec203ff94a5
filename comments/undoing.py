"""Taking acts of moderation back: every act once, as a whole, exactly to what was before.

What has changed since is left alone: an undo never overrules a later decision.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import bans, notices, visibility
from comments.models import (
    Appeal,
    Comment,
    CommentReport,
    Discussion,
    ModerationEvent,
    ModerationEventQuerySet,
    Notice,
)
from comments.moderation import OUTCOMES, STATES, ModerationRefused, Ruling
from comments.moderators import Reach
from news import generations

Action = ModerationEvent.Action


@transaction.atomic
def undo(act: UUID, ruling: Ruling) -> tuple[int, int]:
    """Take back what can still be taken back of an act.

    Returns (how many events are undone, how many no longer fit). Authors who were told of it are
    told of this, too; if they have appealed, as the answer. Raises ModerationRefused when nothing
    can be undone.
    """
    undone, left = _undo(ModerationEvent.objects.filter(act=act), ruling)
    subjects = {event.subject_id for event in undone}
    appealed = Appeal.objects.open().filter(notice__act=act, notice__author__in=subjects)
    told = Notice.objects.filter(act=act, sent_at__isnull=False, author__in=subjects)
    notices.owe(ruling.act, told.exclude(appeal__in=appealed).values_list("author", flat=True))
    now, by = timezone.now(), ruling.by.pk if ruling.by else None
    appealed.update(is_granted=True, decided_at=now, decided_by=by, due_at=now)
    return len(undone), left


@transaction.atomic
def undo_for(user_id: int, act: UUID, ruling: Ruling) -> None:
    """Take back what an act did to one reader, who appealed. Raises ModerationRefused."""
    _undo(ModerationEvent.objects.filter(act=act, subject=user_id), ruling)


def _undo(whole: ModerationEventQuerySet, ruling: Ruling) -> tuple[list[ModerationEvent], int]:
    # First the lock, so that of two who undo at once the second sees what the first has done.
    list(whole.order_by("pk").select_for_update())
    events = _undoable(whole, ruling)
    undone = [*_comments(events), *_discussions(events), *_accounts(events)]
    if not undone:
        raise ModerationRefused(_("This no longer fits: something else was decided since."))
    ruling.record(*(_event(event, ruling) for event in undone))
    return undone, len(events) - len(undone)


def _undoable(whole: ModerationEventQuerySet, ruling: Ruling) -> list[ModerationEvent]:
    if not whole.exclude(action__in=ModerationEvent.FINAL):
        raise ModerationRefused(_("An undo can’t be undone. Decide anew instead."))
    events = list(whole.standing())
    if not events:
        raise ModerationRefused(_("This has been undone already."))
    assert ruling.by is not None
    reach = Reach(ruling.by)
    for event in events:
        if not (reach.has_acts_of(event.moderator_id) and reach.has_comments_of(event.subject_id)):
            raise ModerationRefused(_("This is for another moderator to undo."))
    return events


def _event(event: ModerationEvent, ruling: Ruling) -> ModerationEvent:
    return ruling.event(
        Action.UNDO,
        undoes=event,
        comment_id=event.comment_id,
        discussion_id=event.discussion_id,
        subject_id=event.subject_id,
    )


def _comments(events: Iterable[ModerationEvent]) -> list[ModerationEvent]:
    """Give comments the status they had; returns the events that this fitted."""
    about = {e.comment_id: e for e in events if e.comment_id and e.action in OUTCOMES}
    visibility.lock_discussions(about)
    groups: dict[tuple[str, str], dict[int, ModerationEvent]] = defaultdict(dict)
    for pk in _last_words("comment", about, OUTCOMES):
        groups[about[pk].action, about[pk].before["status"]][pk] = about[pk]
    undone = []
    for (action, before), group in groups.items():
        changed = _give_back(group, OUTCOMES[Action(action)][0], before)
        undone += [group[pk] for pk in changed]
    reports = [pk for event in undone for pk in event.before["reports"]]
    CommentReport.objects.filter(pk__in=reports).update(is_open=True)
    return undone


def _last_words(
    name: str, about: dict[int, ModerationEvent], actions: Iterable[str]
) -> Iterable[int]:
    """Those keys of `about` whose event is the newest that stands about them."""
    standing = ModerationEvent.objects.filter(
        **{f"{name}__in": list(about)}, action__in=list(actions), undone_by=None
    )
    newest = standing.values_list(name).annotate(Max("pk")).order_by(name)
    return [pk for pk, event_pk in newest if about[pk].pk == event_pk]


def _give_back(pks: Collection[int], status: str, before: str) -> Iterable[int]:
    """Those that still had `status`, and have the one before it now; it may be the same one."""
    if status == before:
        still = Comment.objects.filter(pk__in=pks, status=status)
        return still.values_list("pk", flat=True)
    return visibility.change_statuses(pks, before, among={status})


def _discussions(events: Iterable[ModerationEvent]) -> list[ModerationEvent]:
    about = {e.discussion_id: e for e in events if e.discussion_id and e.action in STATES}
    undone = []
    for pk in _last_words("discussion", about, STATES):
        same = Discussion.objects.filter(pk=pk, state=STATES[Action(about[pk].action)])
        if same.update(state=about[pk].before["state"]):
            generations.bump(generations.of_article(pk))
            undone.append(about[pk])
    return undone


def _accounts(events: Iterable[ModerationEvent]) -> list[ModerationEvent]:
    return [event for event in events if event.action in bans.ACTIONS and bans.take_back(event)]
