from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SelfCheck(models.Model):
    """One comparison of all counters with the rows they count, and what it had to put right."""

    # The night it belongs to; empty when somebody asked for it.
    night = models.DateField(_("night"), null=True, unique=True)
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    comments = models.PositiveIntegerField(_("comments"), default=0)
    drifted = models.PositiveIntegerField(_("counters put right"), default=0)
    drift = models.JSONField(
        _("what was wrong"), default=list, help_text=_("The first ones, as they were and are.")
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("self-check")
        verbose_name_plural = _("self-checks")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
