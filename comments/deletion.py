"""Forgetting a reader: what they said stays readable, and nobody can tell any more who said it.

For `portal.deletion`, before the row of the account goes; what hangs on that alone (drafts,
follows, notices, bans) goes with it. Every step may be done again.
"""

import re
from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from comments import visibility, voting
from comments.markdown import render
from comments.models import (
    Appeal,
    Comment,
    CommentReport,
    CommentRevision,
    Draft,
    Fingerprint,
    ModerationEvent,
)
from news import generations

# Nobody can have this name (portal.names), nor this address (RFC 2606).
NOBODY, NOWHERE = "@deleted", "deleted@example.invalid"

_TYPED = [
    (Comment, "body"),
    (CommentRevision, "body"),
    (Draft, "body"),
    (CommentReport, "note"),
    (Appeal, "text"),
    (Appeal, "answer"),
]
_AT_ONCE = 500


def forget(user: AbstractUser, addresses: Collection[str], takes_comments: bool) -> None:
    """Leave no trace of `user` and their e-mail `addresses` in any discussion.

    What others could read stays, under placeholders if they take their comments with them. What
    nobody could read goes, and earlier versions. Their votes are taken back. Their reports stay
    without their words: they are about others.
    """
    own = Comment.objects.filter(author=user.pk)
    discussions = set(own.values_list("discussion", flat=True))
    voting.take_all_back(user)
    _blank(own if takes_comments else own.exclude(status=Comment.Status.VISIBLE))
    CommentRevision.objects.filter(comment__author=user.pk).delete()
    CommentReport.objects.filter(reporter=user.pk).update(note="")
    _clear_log(user, addresses)
    for model, field in _TYPED:
        discussions |= _replace(model, field, user.get_username(), addresses)
    generations.bump(*map(generations.of_article, discussions))


def _blank(comments: models.QuerySet[Comment]) -> None:
    """Out of sight and empty, for good: there is nobody left to bring them back."""
    pks = list(comments.values_list("pk", flat=True))
    for start in range(0, len(pks), _AT_ONCE):
        some = pks[start : start + _AT_ONCE]
        visibility.change_statuses(some, Comment.Status.DELETED)
        empty = {"body": "", "body_html": "", "deleted_from": "", "deleted_at": timezone.now()}
        Comment.objects.filter(pk__in=some).update(**empty)
        Fingerprint.objects.filter(comment__in=some).delete()


def _clear_log(user: AbstractUser, addresses: Collection[str]) -> None:
    """What was decided stays in the log; moderators' notes on this reader don't."""
    named = Q(note__iregex=rf"\m{re.escape(user.get_username())}\M")
    about = Q(subject=user.pk) | named | _says("note", addresses)
    ModerationEvent.objects.filter(about).exclude(note="").update(note="")


def _replace(
    model: type[models.Model], field: str, name: str, addresses: Collection[str]
) -> set[int]:
    """Call nobody where others call the reader or tell an address of theirs.

    Returns the discussions of comments that changed.
    """
    called = re.compile(rf"(?<!\w)@{re.escape(name)}(?![\w-]|\.\w)", re.IGNORECASE)
    told = re.compile("|".join(map(re.escape, addresses)) or r"\Z\A", re.IGNORECASE)
    rows: models.QuerySet[Any] = model._default_manager.filter(
        _says(field, [f"@{name}", *addresses])
    )
    changed = set()
    for pk in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            row = rows.select_for_update(of=("self",)).filter(pk=pk).first()
            if row is None:
                continue
            text = told.sub(NOWHERE, called.sub(NOBODY, getattr(row, field)))
            values = {field: text}
            if model is Comment:
                values["body_html"] = render(text)
                changed.add(row.discussion_id)
            model._default_manager.filter(pk=pk).update(**values)
    return changed


def _says(field: str, words: Collection[str]) -> Q:
    says = Q(pk=None)  # nothing
    for word in words:
        says |= Q(**{f"{field}__icontains": word})
    return says
