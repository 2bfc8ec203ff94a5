from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .moderation import CommentReport


class BanQuerySet(models.QuerySet["Ban"]):
    def active(self) -> "BanQuerySet":
        return self.filter(lifted_at=None)

    def over(self, now: datetime) -> "BanQuerySet":
        """Those whose end has come and that nobody has lifted yet."""
        return self.active().filter(until__lte=now)


class Ban(models.Model):
    """A reader is shut out, for good or until a day; `comments.bans` closes their account."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="bans", verbose_name=_("reader")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=CommentReport.Reason.choices)
    until = models.DateTimeField(_("until"), null=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    lifted_at = models.DateTimeField(_("lifted at"), null=True)

    objects = BanQuerySet.as_manager()

    class Meta:
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], name="ban_one_at_a_time", condition=Q(lifted_at=None)
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("created_at")), name="ban_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["until"], name="ban_ends", condition=Q(lifted_at=None)),
            models.Index(fields=["created_at"], name="ban_by_month"),
        ]

    def __str__(self) -> str:
        return f"{self.user} until {self.until or 'ever'}"
