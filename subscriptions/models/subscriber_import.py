from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.time_zones import site_time_zone, validate_time_zone


class SubscriberImport(models.Model):
    """A file of subscribers who agreed elsewhere. Its lines wait as rows until each is decided."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("imported by"),
    )
    file_name = models.CharField(_("file"), max_length=200)
    evidence = models.TextField(
        _("what they agreed to"),
        max_length=2000,
        help_text=_(
            "Where and when these people agreed, and to which words. It is kept with each of them "
            "as the evidence of their consent. Without it, don’t import them."
        ),
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=site_time_zone, validators=[validate_time_zone]
    )
    total = models.PositiveIntegerField(_("lines"), default=0)
    imported = models.PositiveIntegerField(_("imported"), default=0)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("import of subscribers")
        verbose_name_plural = _("imports of subscribers")

    def __str__(self) -> str:
        return f"{self.file_name} ({self.created_at:%Y-%m-%d})"


class ImportLineQuerySet(models.QuerySet["ImportLine"]):
    def waiting(self) -> "ImportLineQuerySet":
        return self.filter(outcome="")

    def refused(self) -> "ImportLineQuerySet":
        return self.exclude(outcome="")


class ImportLine(models.Model):
    """A line of a file: waiting, or refused with its reason. Those imported are deleted."""

    class Outcome(models.TextChoices):
        INVALID = "invalid", _("Not valid")
        DUPLICATE = "duplicate", _("There already")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed here")
        SUPPRESSED = "suppressed", _("Must not be written to")

    LONGEST_EMAIL = 320

    source = models.ForeignKey(
        SubscriberImport, models.CASCADE, related_name="lines", db_index=False
    )
    number = models.PositiveIntegerField()
    email = models.CharField(max_length=LONGEST_EMAIL)
    language = models.CharField(max_length=20, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    local_time = models.CharField(max_length=20, blank=True)
    agreed = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    objects = ImportLineQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="line_once")]
        indexes = [
            models.Index(
                fields=["source", "number"], name="import_line_waiting", condition=Q(outcome="")
            ),
            models.Index(fields=["source", "outcome"], name="import_line_refused"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.email}"
