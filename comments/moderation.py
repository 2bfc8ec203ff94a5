"""What moderators and rules decide about comments and discussions. Every act is in the log.

An act may be done to many at once; what it doesn't fit (any more) is left alone. Each writes
`ModerationEvent` rows with one number, by which it is undone, and owes the authors a notice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from comments import notices, visibility
from comments.models import Comment, CommentReport, Discussion, ModerationEvent
from comments.moderators import Reach
from news import generations
from news.models import Article, AuditEntry

Action, Status, State = ModerationEvent.Action, Comment.Status, Discussion.State

# What an action makes of a comment, and of which ones.
OUTCOMES = {
    Action.HOLD: (Status.PENDING, {Status.VISIBLE}),
    Action.APPROVE: (Status.VISIBLE, {Status.PENDING}),
    Action.HIDE: (Status.HIDDEN, {Status.VISIBLE, Status.PENDING}),
    Action.SPAM: (Status.SPAM, {Status.VISIBLE, Status.PENDING, Status.HIDDEN}),
    Action.RESTORE: (Status.VISIBLE, {Status.HIDDEN, Status.SPAM}),
}
STATES = {
    Action.OPEN: State.OPEN,
    Action.SLOW: State.SLOW,
    Action.PREMODERATE: State.PREMODERATED,
    Action.CLOSE: State.CLOSED,
}
_TOLD = {Action.HIDE, Action.SPAM, Action.RESTORE}
_ANSWERS_REPORTS = {Action.APPROVE, Action.HIDE, Action.SPAM}


class ModerationRefused(Exception):
    """It can't be done, or not by them; the message tells the moderator why."""


@dataclass(frozen=True)
class Ruling:
    """One act: who decides, and what they say of it. Where no moderator does, rules do."""

    by: AbstractUser | None
    reason: str = ""
    note: str = ""
    rules: tuple[str, ...] = ()
    act: UUID = field(default_factory=uuid4)

    def event(self, action: str, **what: Any) -> ModerationEvent:
        """A row for the log, not saved yet."""
        return ModerationEvent(
            act=self.act,
            action=action,
            moderator_id=self.by.pk if self.by else None,
            rules=list(self.rules),
            reason=self.reason,
            note=self.note,
            **what,
        )

    def record(self, *events: ModerationEvent) -> None:
        """Into the log of moderation, and into the audit log as one thing that somebody did.

        That one leaves the notes to this one, which knows how to forget them.
        """
        ModerationEvent.objects.bulk_create(events)
        if self.by is None or not events:
            return
        first, number = events[0], len(events)
        about: Any = first.comment or first.discussion or first.subject
        words = first.get_action_display() + (f" ({number})" if number > 1 else "")
        why = str(CommentReport.Reason(self.reason).label) if self.reason else ""
        AuditEntry.objects.record(self.by, AuditEntry.Action.MODERATE, about, detail=words, why=why)


@transaction.atomic
def decide(pks: Collection[int], action: str, ruling: Ruling) -> int:
    """Do `action`, one of OUTCOMES, to those comments that it fits; returns how many.

    Open reports of them are answered with it. Raises ModerationRefused when it fits none.
    """
    status, among = OUTCOMES[Action(action)]
    reachable = _within_reach(pks, ruling.by)
    before = visibility.change_statuses(reachable, status, among)
    answered = _answer_reports(reachable, status) if action in _ANSWERS_REPORTS else {}
    touched = Comment.objects.filter(pk__in={*before, *answered})
    events = [
        ruling.event(
            action,
            comment=comment,
            discussion_id=comment.discussion_id,
            subject_id=comment.author_id,
            before={
                "status": before.get(comment.pk, status),
                "reports": answered.get(comment.pk, []),
            },
        )
        for comment in touched.order_by("pk")
    ]
    if not events:
        raise ModerationRefused(_refusal(pks, reachable))
    ruling.record(*events)
    if action in _TOLD and ruling.by:
        notices.owe(ruling.act, {event.subject_id for event in events if event.subject_id})
    return len(events)


def _within_reach(pks: Collection[int], by: AbstractUser | None) -> list[int]:
    if by is None:
        return list(pks)
    reach = Reach(by)
    authors = Comment.objects.filter(pk__in=pks).values_list("pk", "author")
    return [pk for pk, author_id in authors if reach.has_comments_of(author_id)]


def _answer_reports(pks: Collection[int], status: str) -> dict[int, list[int]]:
    """Close the open reports of those that have `status` now; {comment: its reports}."""
    reports = CommentReport.objects.filter(
        comment__in=pks, comment__status=status, is_open=True
    ).select_for_update(of=("self",))
    answered = defaultdict(list)
    for pk, comment_id in reports.values_list("pk", "comment"):
        answered[comment_id].append(pk)
    CommentReport.objects.filter(pk__in=[pk for ids in answered.values() for pk in ids]).update(
        is_open=False
    )
    return answered


def _refusal(pks: Collection[int], reachable: Collection[int]) -> str:
    if len(reachable) < len(pks):
        return _("Nobody decides about their own comments, or about those of colleagues.")
    return _("This was done already, or somebody else has decided meanwhile.")


def record_hold(comment: Comment, rules: Iterable[str], note: str = "") -> None:
    """Write down why a comment was held when it was posted or edited, and what the rules found.

    The caller is in its transaction.
    """
    ruling = Ruling(None, rules=tuple(rules), note=note)
    ruling.event(
        Action.HOLD,
        comment=comment,
        discussion_id=comment.discussion_id,
        subject_id=comment.author_id,
        before={"status": Status.VISIBLE, "reports": []},
    ).save(force_insert=True)


@transaction.atomic
def set_state(article: Article, action: str, ruling: Ruling) -> None:
    """Open, slow down, premoderate or close a discussion, even one without comments yet.

    Raises ModerationRefused when it is in that state.
    """
    Discussion.objects.get_or_create(article=article)
    discussion = Discussion.objects.select_for_update().get(article=article)
    before, discussion.state = discussion.state, STATES[Action(action)]
    if discussion.state == before:
        raise ModerationRefused(_("The discussion is in this state already."))
    discussion.save(update_fields=["state"])
    ruling.record(ruling.event(action, discussion=discussion, before={"state": before}))
    generations.bump(generations.of_article(discussion.pk))
