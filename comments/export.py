"""What a reader has said and done in discussions, and what was done to it."""

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _

from comments import models
from news.export import Section

_WHEN = {"created_at": _("when")}
_COMMENT = {"comment__discussion": _("article"), "comment__seq": _("number")}


def sections(user: AbstractUser) -> list[Section]:
    return [
        *_written(user),
        *_begun(user),
        *_done(user),
        *_told(user),
        *_suffered(user),
    ]


def _written(user: AbstractUser) -> list[Section]:
    return [
        Section(
            "comments",
            _("Comments"),
            models.Comment.objects.filter(author=user.pk),
            {
                "discussion": _("article"),
                "seq": _("number"),
                "parent__seq": _("answer to number"),
                "status": _("state"),
                "language": _("language"),
                "body": _("text"),
                "up": _("votes up"),
                "down": _("votes down"),
                "created_at": _("written"),
                "edited_at": _("changed"),
                "deleted_at": _("deleted"),
            },
        ),
        Section(
            "comment_revisions",
            _("What your comments said before you changed them"),
            models.CommentRevision.objects.filter(comment__author=user.pk),
            {
                "comment__discussion": _("article"),
                "comment__seq": _("number"),
                "body": _("text"),
                "replaced_at": _("until"),
            },
        ),
    ]


def _begun(user: AbstractUser) -> list[Section]:
    return [
        Section(
            "drafts",
            _("Drafts"),
            models.Draft.objects.filter(user=user.pk),
            {"article": _("article"), "body": _("text"), "saved_at": _("when")},
        ),
        Section(
            "appeals",
            _("Appeals"),
            models.Appeal.objects.filter(notice__author=user.pk),
            {"text": _("text"), **_WHEN, "is_granted": _("granted"), "answer": _("answer")},
        ),
    ]


def _done(user: AbstractUser) -> list[Section]:
    return [
        Section(
            "comment_votes",
            _("Votes on comments"),
            models.CommentVote.objects.filter(user=user.pk),
            {**_COMMENT, "value": _("vote"), **_WHEN},
        ),
        Section(
            "reports",
            _("Comments you have reported"),
            models.CommentReport.objects.filter(reporter=user.pk),
            {**_COMMENT, "reason": _("reason"), "note": _("note"), **_WHEN},
        ),
        Section(
            "follows",
            _("Discussions you follow"),
            models.Follow.objects.filter(user=user.pk),
            {"discussion": _("article"), **_WHEN},
        ),
        Section(
            "visits",
            _("Discussions you have read"),
            models.Visit.objects.filter(user=user.pk),
            {
                "discussion": _("article"),
                "shown_seq": _("up to number"),
                "visited_at": _("when"),
            },
        ),
        Section(
            "mutes",
            _("Readers you have muted"),
            models.Mute.objects.filter(user=user.pk),
            {"muted__username": _("name"), **_WHEN},
        ),
    ]


def _told(user: AbstractUser) -> list[Section]:
    return [
        Section(
            "notifications",
            _("What you were told of"),
            models.Notification.objects.filter(user=user.pk),
            {
                **_COMMENT,
                "kind": _("why"),
                **_WHEN,
                "seen_at": _("seen"),
                "letter": _("in letter number"),
            },
        ),
        Section(
            "notification_letters",
            _("Letters that told you of comments"),
            models.NotificationLetter.objects.filter(user=user.pk),
            {"pk": _("number"), "state": _("state"), "answer": _("answer"), **_WHEN},
        ),
        Section(
            "notification_preferences",
            _("What you want to be told of by mail"),
            models.NotificationPreferences.objects.filter(user=user.pk),
            {
                "reply": _("replies"),
                "mention": _("mentions"),
                "follow": _("followed discussions"),
                "hour": _("hour of the daily letter"),
                "returned_email": _("address from which letters came back"),
            },
        ),
    ]


def _suffered(user: AbstractUser) -> list[Section]:
    return [
        Section(
            "moderation",
            _("What moderators and rules have decided about you"),
            models.ModerationEvent.objects.filter(subject=user.pk),
            {
                "action": _("what"),
                "discussion": _("article"),
                "comment__seq": _("number"),
                "reason": _("reason"),
                "rules": _("rules"),
                "note": _("note"),
                **_WHEN,
            },
        ),
        Section(
            "bans",
            _("Bans"),
            models.Ban.objects.filter(user=user.pk),
            {"reason": _("reason"), **_WHEN, "until": _("until"), "lifted_at": _("lifted")},
        ),
        Section(
            "notices",
            _("Letters about decisions of moderators"),
            models.Notice.objects.filter(author=user.pk),
            {**_WHEN, "sent_at": _("sent")},
        ),
    ]
