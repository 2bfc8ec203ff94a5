from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, CommentReport, Discussion, ModerationEvent, SpamPhrase
from comments.spam.forms import SpamPhraseForm


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that pages and rules write; here they are only looked at."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ["seq", "author", "discussion_id", "excerpt", "status", "created_at"]
    list_filter = ["status", "language"]
    list_select_related = ["author"]
    search_fields = ["body", "author__username"]
    ordering = ["-pk"]
    fields = [
        "discussion_id",
        "seq",
        "author",
        "status",
        "language",
        "body",
        "created_at",
        "edited_at",
    ]

    @admin.display(description=_("text"))
    def excerpt(self, comment: Comment) -> str:
        return comment.body[:80]


@admin.register(Discussion)
class DiscussionAdmin(admin.ModelAdmin):
    """Closing a discussion; everything else about it follows from its comments."""

    list_display = ["article_id", "state", "visible_count", "last_at"]
    list_filter = ["state"]
    fields = ["state"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Discussion]:
        return super().get_queryset(request).select_related("article")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(CommentReport)
class CommentReportAdmin(ReadOnlyAdmin):
    list_display = ["comment", "reason", "reporter", "is_open", "created_at"]
    list_filter = ["is_open", "reason"]
    list_select_related = ["comment", "reporter"]


@admin.register(ModerationEvent)
class ModerationEventAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "action", "moderator", "subject", "reason"]
    list_select_related = ["moderator", "subject"]


@admin.register(SpamPhrase)
class SpamPhraseAdmin(admin.ModelAdmin):
    list_display = ["text", "holds", "has_endings", "changed_at"]
    list_editable = ["holds", "has_endings"]
    list_filter = ["holds"]
    search_fields = ["text"]
    form = SpamPhraseForm
