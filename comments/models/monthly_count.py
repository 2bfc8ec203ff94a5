from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MonthlyCount(models.Model):
    """What was written and what was moderated in one month, counted from the rows.

    Kept, so that a page that everybody may ask for never counts a million comments.
    """

    month = models.DateField(_("month"), primary_key=True, help_text="Its first day.")
    comments = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    hidden = models.JSONField(default=dict, help_text="How many by reason.")
    appeals = models.PositiveIntegerField(default=0)
    restored = models.PositiveIntegerField(default=0, help_text="Appeals that were granted.")
    bans = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
