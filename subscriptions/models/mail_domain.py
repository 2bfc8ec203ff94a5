from datetime import date, datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_HALF_MINUTES = 0.5  # how much of a minute's messages may leave in one go


class MailDomain(models.Model):
    """A domain of recipients, as senders know it. The one without a name counts all messages."""

    name = models.CharField(_("domain"), max_length=255, primary_key=True)
    # "Not now", so many times in a row, and until when everything for the domain waits.
    refusals = models.PositiveSmallIntegerField(_("refusals in a row"), default=0)
    waits_until = models.DateTimeField(_("waits until"), null=True)
    # A bucket that fills with time and is emptied by messages.
    room = models.FloatField(null=True, editable=False)
    counted_at = models.DateTimeField(default=timezone.now, editable=False)
    taken_today = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("domain of recipients")
        verbose_name_plural = _("domains of recipients")

    def __str__(self) -> str:
        return self.name

    def available(self, per_minute: int, now: datetime) -> int:
        """How many messages may leave at once."""
        return int(self._room(per_minute, now))

    def taken_on(self, day: date) -> int:
        return self.taken_today if self.counted_at.date() == day else 0

    def take(self, number: int, per_minute: int, now: datetime) -> None:
        self.taken_today = self.taken_on(now.date()) + number
        self.room = self._room(per_minute, now) - number if per_minute else None
        self.counted_at = now

    def _room(self, per_minute: int, now: datetime) -> float:
        most = max(per_minute * _HALF_MINUTES, 1.0)
        if self.room is None:
            return most
        minutes = max((now - self.counted_at).total_seconds(), 0) / 60
        return min(self.room + per_minute * minutes, most)
