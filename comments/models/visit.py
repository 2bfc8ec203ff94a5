from django.conf import settings
from django.db import models

from .discussion import Discussion


class Visit(models.Model):
    """How far a reader has read a discussion, so that what came since can be marked as new."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="visits")
    discussion = models.ForeignKey(Discussion, models.CASCADE, related_name="visits")
    # The newest comment at the end of the visit before the last one, and of the last one.
    seen_seq = models.PositiveIntegerField()
    shown_seq = models.PositiveIntegerField()
    visited_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "discussion"], name="visit_once")]

    def __str__(self) -> str:
        return f"{self.user} has read {self.discussion} up to #{self.shown_seq}"
