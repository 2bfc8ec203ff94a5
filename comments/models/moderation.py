from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .comment import Comment


class CommentReport(models.Model):
    """A reader asks a moderator to look at a comment."""

    class Reason(models.TextChoices):
        SPAM = "spam", _("Spam or advertising")
        ABUSE = "abuse", _("Insult or threat")
        HATE = "hate", _("Hatred")
        OFF_TOPIC = "off_topic", _("Beside the subject")
        OTHER = "other", _("Something else")

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="comment_reports"
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [models.UniqueConstraint(fields=["reporter", "comment"], name="report_once")]
        indexes = [
            models.Index(fields=["created_at"], name="report_queue", condition=Q(is_open=True))
        ]

    def __str__(self) -> str:
        return f"{self.comment}: {self.get_reason_display()}"


class ModerationEvent(models.Model):
    """What a moderator, or a rule, did to a comment or a discussion, and why. Only ever added."""

    comment = models.ForeignKey(
        Comment, models.SET_NULL, null=True, related_name="moderation_events"
    )
    discussion = models.ForeignKey(
        "comments.Discussion", models.SET_NULL, null=True, related_name="moderation_events"
    )
    # Empty when a rule did it.
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="moderation_events"
    )
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    action = models.CharField(_("action"), max_length=30)
    reason = models.TextField(_("reason"), blank=True)
    before = models.JSONField(default=dict)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("moderation event")
        verbose_name_plural = _("moderation log")
        indexes = [models.Index(fields=["-created_at"], name="moderation_newest")]

    def __str__(self) -> str:
        return f"{self.action} {self.comment or self.discussion or self.subject}"
