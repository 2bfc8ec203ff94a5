from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .article import Article

# Longer than a worker is given for one (news.tasks.translate): who is silent for so long is dead.
LEASE = timedelta(minutes=5)


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
    trouble = models.CharField(max_length=12, choices=Trouble.choices, blank=True)
    trouble_detail = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "language"], name="machine_translation_once")
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="machine_translation_waiting",
                condition=Q(started_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M:%S}"

    def is_open(self, now: datetime | None = None) -> bool:
        """Whether it may still come by itself."""
        since = (now or timezone.now()) - LEASE
        is_at_work = self.trouble == self.Trouble.BROKEN_OFF and self.started_at is not None
        return self.started_at is None or (is_at_work and self.started_at > since)
