"""Readers ask a moderator to look at a comment. Enough of them take it out of sight until then."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction

from comments import moderation, standing
from comments.models import Comment, CommentReport, Discussion, ModerationEvent


def report(comment: Comment, reporter: AbstractUser, reason: str, note: str = "") -> None:
    """Write down what `reporter` says of `comment`. The first time counts, twice is once.

    The discussion is locked, so that of many who report at the same moment one is the last. Reports
    that a moderator has answered don't count any more.
    """
    row = CommentReport(
        comment=comment,
        reporter_id=reporter.pk,
        reason=reason,
        note=note,
        is_counted=standing.report_counts(reporter),
    )
    with transaction.atomic():
        Discussion.objects.select_for_update().get(pk=comment.discussion_id)
        CommentReport.objects.bulk_create([row], ignore_conflicts=True)
        counted = CommentReport.objects.filter(comment=comment, is_open=True, is_counted=True)
        if counted.count() >= settings.REPORTS_TO_HOLD:
            _hold(comment)


def is_reported_by(user_id: int, comment: Comment) -> bool:
    return CommentReport.objects.filter(reporter=user_id, comment=comment).exists()


def _hold(comment: Comment) -> None:
    comment.refresh_from_db(fields=["status"])
    if comment.is_visible:
        ruling = moderation.Ruling(None, rules=("reports",))
        moderation.decide([comment.pk], ModerationEvent.Action.HOLD, ruling)
