from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .comment import Comment
from .discussion import Discussion


class Follow(models.Model):
    """A reader wants to hear of new comments in a discussion."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    discussion = models.ForeignKey(Discussion, models.CASCADE, related_name="follows")
    seen_seq = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "discussion"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user} → {self.discussion}"


class Mute(models.Model):
    """A reader does not want to see another one's comments."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes")
    muted = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "muted"], name="mute_once"),
            models.CheckConstraint(condition=~Q(user=F("muted")), name="nobody_mutes_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.user} × {self.muted}"


class Notification(models.Model):
    """A comment that a reader is to be told of, once for each reason."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply to you")
        MENTION = "mention", _("You were mentioned")
        FOLLOW = "follow", _("Discussion you follow")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "comment", "kind"], name="notification_once")
        ]
        indexes = [
            models.Index(
                fields=["user", "created_at"],
                name="notification_unmailed",
                condition=Q(mailed_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.user}"
