from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .article import Article

# Longer than a worker is given for one (news.tasks.translate): who is silent for so long is dead.
LEASE = timedelta(minutes=5)
# What fails for a reason that passes is tried again after 2, 8, 32, … minutes: half a day in all.
MOST_ATTEMPTS = 6
_FIRST_PAUSE, _LONGER = timedelta(minutes=2), 4


class MachineTranslationQuerySet(models.QuerySet["MachineTranslation"]):
    def to_be_done(self, now: datetime) -> "MachineTranslationQuerySet":
        """Those that nobody has begun yet, or whose next attempt is due."""
        return self.filter(Q(started_at=None) | Q(retry_at__lte=now))

    def failed(self, now: datetime | None = None) -> "MachineTranslationQuerySet":
        """Those that nobody is at: they wait for their next attempt, or for an editor."""
        is_at_work = Q(trouble=MachineTranslation.Trouble.BROKEN_OFF)
        is_silent = Q(started_at__lte=(now or timezone.now()) - LEASE)
        return self.exclude(trouble="").filter(~is_at_work | is_silent)


class MachineTranslation(models.Model):
    """A text that a machine owes: there from the asking until the text is, or until it is asked
    for again after it has failed.
    """

    class Trouble(models.TextChoices):
        BROKEN_OFF = "broken_off", _("It was broken off")
        UNREACHABLE = "unreachable", _("The translator can’t be reached")
        TOO_SLOW = "too_slow", _("The translator takes too long")
        BUSY = "busy", _("The translator has too much to do just now")
        STATUS = "status", _("The translator answered with an error")
        GARBLED = "garbled", _("The translator’s answer makes no sense")
        TOO_LARGE = "too_large", _("The translator’s answer is too large")
        OVERTAKEN = "overtaken", _("A person has written a translation meanwhile")
        NO_SOURCE = "no_source", _("There is no text in the original language")

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="machine_translations", db_index=False
    )
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    # When a worker took it on. It counts as failed until it has told how it went.
    started_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # When it is tried again by itself. None: not begun yet, or nothing is tried any more.
    retry_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=12, choices=Trouble.choices, blank=True)
    trouble_detail = models.CharField(max_length=300, blank=True)

    objects: ClassVar[MachineTranslationQuerySet] = MachineTranslationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "language"], name="machine_translation_once")
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="machine_translation_waiting",
                condition=Q(started_at=None),
            ),
            models.Index(
                fields=["retry_at"],
                name="machine_translation_to_retry",
                condition=Q(retry_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M:%S}"

    def pause(self) -> timedelta | None:
        """Before the next attempt; None where it was the last."""
        if self.attempts >= MOST_ATTEMPTS:
            return None
        return _FIRST_PAUSE * _LONGER ** (self.attempts - 1)

    def is_open(self, now: datetime | None = None) -> bool:
        """Whether it is about to come: nobody has begun it yet, or somebody is at it."""
        since = (now or timezone.now()) - LEASE
        is_at_work = self.trouble == self.Trouble.BROKEN_OFF and self.started_at is not None
        return self.started_at is None or (is_at_work and self.started_at > since)
