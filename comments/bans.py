"""Shutting readers out, and letting them in again.

A banned reader's account is not active: every session of theirs is over with their next request,
and nobody can log in to it.
"""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import notices
from comments.models import Ban, Comment, ModerationEvent
from comments.moderation import ModerationRefused, Ruling, decide
from comments.moderators import Reach

Action, Status = ModerationEvent.Action, Comment.Status
ACTIONS = {Action.BAN, Action.UNBAN, Action.WARN}


@transaction.atomic
def ban(
    user: AbstractUser,
    ruling: Ruling,
    until: datetime | None = None,
    hide_comments: bool = False,
) -> None:
    """Shut `user` out until then, or for good. Raises ModerationRefused."""
    locked = _lock(user, ruling)
    if not locked.is_active:
        raise ModerationRefused(_("This account is banned or closed already."))
    row = Ban.objects.create(user_id=locked.pk, reason=ruling.reason, until=until)
    _shut_out(locked)
    ruling.record(ruling.event(Action.BAN, subject=locked, before={"ban": row.pk}))
    if hide_comments and _shown(locked):
        decide(_shown(locked), Action.HIDE, ruling)
    notices.owe(ruling.act, [locked.pk])


@transaction.atomic
def unban(user: AbstractUser, ruling: Ruling) -> None:
    """Let `user` in again. Raises ModerationRefused when no ban shuts them out."""
    locked = _lock(user, ruling)
    active = Ban.objects.active().filter(user=locked.pk).first()
    if active is None:
        raise ModerationRefused(_("No ban shuts this reader out."))
    _lift(active)
    ruling.record(ruling.event(Action.UNBAN, subject=locked, before={"ban": active.pk}))
    notices.owe(ruling.act, [locked.pk])


def hide_all(user: AbstractUser, ruling: Ruling) -> int:
    """Hide all that `user` wrote and that can be seen or waits; returns how many."""
    shown = _shown(user)
    if not shown:
        raise ModerationRefused(_("There is nothing to hide."))
    return decide(shown, Action.HIDE, ruling)


@transaction.atomic
def warn(user: AbstractUser, ruling: Ruling, comment: Comment | None = None) -> None:
    """Tell `user` by mail that they break a rule; nothing else happens."""
    locked = _lock(user, ruling)
    discussion_id = comment.discussion_id if comment else None
    ruling.record(
        ruling.event(Action.WARN, subject=locked, comment=comment, discussion_id=discussion_id)
    )
    notices.owe(ruling.act, [locked.pk])


def take_back(event: ModerationEvent) -> bool:
    """Undo what `event`, one of ACTIONS, did to an account; False when it no longer fits."""
    if event.action == Action.WARN:
        return True
    row = Ban.objects.select_for_update().filter(pk=event.before["ban"]).first()
    if row is None:
        return False
    return _lift(row) if event.action == Action.BAN else _renew(row)


def _lift(row: Ban) -> bool:
    if row.lifted_at:
        return False
    row.lifted_at = timezone.now()
    row.save(update_fields=["lifted_at"])
    row.user.is_active = True
    row.user.save(update_fields=["is_active"])
    return True


def _renew(row: Ban) -> bool:
    """Put a lifted ban in force again, unless its end has come or another one is in force."""
    is_over = row.until is not None and row.until <= timezone.now()
    if is_over or Ban.objects.active().filter(user=row.user_id).exists():
        return False
    row.lifted_at = None
    row.save(update_fields=["lifted_at"])
    _shut_out(row.user)
    return True


def lift_over(now: datetime | None = None) -> int:
    """Lift the bans whose end has come; returns how many. Late, twice and side by side are fine."""
    now = now or timezone.now()
    with transaction.atomic():
        over = Ban.objects.over(now).select_related("user")
        for row in (rows := over.select_for_update(skip_locked=True, of=("self",))[:100]):
            ruling = Ruling(None, rules=("ban_over",))
            _lift(row)
            ruling.event(Action.UNBAN, subject_id=row.user_id, before={"ban": row.pk}).save()
            notices.owe(ruling.act, [row.user_id])
    return len(rows)


def _lock(user: AbstractUser, ruling: Ruling) -> AbstractUser:
    """The reader's row as it is now, for a moderator who may act on it."""
    assert ruling.by is not None
    if not Reach(ruling.by).has_account(user.pk):
        raise ModerationRefused(_("This account belongs to a colleague, or to yourself."))
    locked: AbstractUser = get_user_model().objects.select_for_update().get(pk=user.pk)
    return locked


def _shut_out(user: AbstractUser) -> None:
    """No session of theirs counts from now on, and none comes back to life when they may return."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    for session in UserSession.objects.filter(user=user.pk):
        session.end()


def _shown(user: AbstractUser) -> list[int]:
    shown = Comment.objects.filter(author=user.pk, status__in=[Status.VISIBLE, Status.PENDING])
    return list(shown.values_list("pk", flat=True))
