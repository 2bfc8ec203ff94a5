from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet["Notice"]):
    def owed(self, now: datetime) -> "NoticeQuerySet":
        return self.filter(due_at__lte=now)


class Notice(models.Model):
    """The author is to be told what was done to what they wrote: once for each act.

    The events of the act (`act` of ModerationEvent) say what. It is owed by mail while `due_at` is
    set; it is what an appeal answers.
    """

    act = models.UUIDField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "author"], name="notice_once")]
        indexes = [
            models.Index(fields=["due_at"], name="notice_owed", condition=Q(due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.act} → {self.author}"


class AppealQuerySet(models.QuerySet["Appeal"]):
    def open(self) -> "AppealQuerySet":
        return self.filter(decided_at=None)

    def owed_answer(self, now: datetime) -> "AppealQuerySet":
        return self.filter(due_at__lte=now)


class Appeal(models.Model):
    """An author asks for an act to be looked at again. Once for each act."""

    notice = models.OneToOneField(Notice, models.CASCADE, related_name="appeal")
    text = models.TextField(_("your reasons"), max_length=2000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    is_granted = models.BooleanField(null=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    # The answer is owed by mail.
    due_at = models.DateTimeField(null=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, is_granted=None)
                | Q(decided_at__isnull=False, is_granted__isnull=False),
                name="appeal_decided_one_way",
            )
        ]
        indexes = [
            models.Index(fields=["id"], name="appeal_queue", condition=Q(decided_at=None)),
            models.Index(
                fields=["due_at"], name="appeal_answer_owed", condition=Q(due_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"appeal against {self.notice}"
