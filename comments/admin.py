from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from comments.models import (
    Ban,
    Comment,
    CommentReport,
    Discussion,
    ModerationEvent,
    NotificationLetter,
    SelfCheck,
    SpamPhrase,
)
from comments.spam.forms import SpamPhraseForm
from news.admin import LongList, ReadOnly


@admin.register(Comment)
class CommentAdmin(LongList, ReadOnly):
    list_display = ["seq", "author", "article", "excerpt", "status", "created_at"]
    list_filter = ["status", "language"]
    list_select_related = ["author"]
    search_fields = ["body"]
    search_help_text = _("An author, the number of an article, or words of a recent comment.")
    ordering = ["-pk"]
    fields = [
        "article",
        "seq",
        "author",
        "status",
        "language",
        "body",
        "created_at",
        "edited_at",
    ]

    def found(self, rows: QuerySet[Comment], typed: str) -> QuerySet[Comment]:
        return rows.looked_for(typed)  # type: ignore[attr-defined]

    @admin.display(description=_("article"))
    def article(self, comment: Comment) -> int:
        """Its number: a discussion has that of its article."""
        return comment.discussion_id

    @admin.display(description=_("text"))
    def excerpt(self, comment: Comment) -> str:
        return Truncator(comment.body).chars(120)


@admin.register(Discussion)
class DiscussionAdmin(LongList, ReadOnly):
    """Its state is changed on the pages for moderators, which write it into the log."""

    list_display = ["number", "state", "visible_count", "last_at"]
    list_filter = ["state"]
    fields = ["article", "state", "visible_count", "last_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Discussion]:
        return super().get_queryset(request).select_related("article")

    @admin.display(description=_("article"))
    def number(self, discussion: Discussion) -> int:
        return discussion.pk


@admin.register(CommentReport)
class CommentReportAdmin(LongList, ReadOnly):
    list_display = ["comment", "reason", "reporter", "is_open", "created_at"]
    list_filter = ["is_open", "reason"]
    list_select_related = ["comment", "reporter"]


@admin.register(ModerationEvent)
class ModerationEventAdmin(LongList, ReadOnly):
    list_display = ["created_at", "action", "moderator", "subject", "reason"]
    list_filter = ["action"]
    list_select_related = ["moderator", "subject"]
    ordering = ["-pk"]


@admin.register(Ban)
class BanAdmin(LongList, ReadOnly):
    list_display = ["user", "reason", "created_at", "until", "lifted_at"]
    list_select_related = ["user"]
    ordering = ["-pk"]


@admin.register(NotificationLetter)
class NotificationLetterAdmin(LongList, ReadOnly):
    """What the mail server said to letters about comments."""

    list_display = ["created_at", "user", "state", "answer"]
    list_filter = ["state"]
    list_select_related = ["user"]
    fields = ["user", "state", "answer", "created_at", "finished_at"]
    ordering = ["-pk"]


@admin.register(SelfCheck)
class SelfCheckAdmin(LongList, ReadOnly):
    """What the nightly check of the counters had to put right; nothing, as a rule."""

    sortable_by = None  # there are few enough
    list_display = ["started_at", "finished_at", "comments", "drifted"]
    fields = ["started_at", "finished_at", "night", "comments", "drifted", "what_was_wrong"]

    @admin.display(description=_("what was wrong"))
    def what_was_wrong(self, check: SelfCheck) -> SafeString:
        lines = (
            (drift["table"], drift["key"], drift["article"], str(drift["was"]), str(drift["is"]))
            for drift in check.drift
        )
        return format_html_join("", "<p>{} {} (article {}): {} → {}</p>", lines)


@admin.register(SpamPhrase)
class SpamPhraseAdmin(admin.ModelAdmin):
    list_display = ["text", "holds", "has_endings", "changed_at"]
    list_editable = ["holds", "has_endings"]
    list_filter = ["holds"]
    search_fields = ["text"]
    form = SpamPhraseForm
