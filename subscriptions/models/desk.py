"""What the desk remembers of the digest: its days, its alarms, and checks of the sender."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .edition import Edition


class DigestDay(models.Model):
    """The figures of one day of the site's calendar, counted while it lasts and once after it."""

    day = models.DateField(_("day"), primary_key=True)
    active = models.PositiveIntegerField(_("active subscribers"), default=0)
    joined = models.PositiveIntegerField(_("joined"), default=0)
    left = models.PositiveIntegerField(_("left"), default=0)
    sent = models.PositiveIntegerField(_("sent"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    uncertain = models.PositiveIntegerField(_("uncertain"), default=0)
    bounced = models.PositiveIntegerField(_("bounced"), default=0)
    complained = models.PositiveIntegerField(_("complaints"), default=0)
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("day of the digest")
        verbose_name_plural = _("days of the digest")

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def going_on(self) -> "AlarmQuerySet":
        return self.filter(ended_at=None)

    def untold(self) -> "AlarmQuerySet":
        return self.filter(told_at=None)


class Alarm(models.Model):
    """Something about the digest that a person has to look at; told once, however long it lasts."""

    class Kind(models.TextChoices):
        STOPPED = "stopped", _("An edition has stopped itself")
        UNCERTAIN = "uncertain", _("It is uncertain whether letters have arrived")
        BOUNCES = "bounces", _("Many letters came back")
        LATE = "late", _("The digest’s clockwork stands still")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    edition = models.ForeignKey(
        Edition, models.CASCADE, null=True, related_name="alarms", verbose_name=_("edition")
    )
    detail = models.CharField(_("detail"), max_length=500, blank=True)
    raised_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True)
    told_at = models.DateTimeField(_("told at"), null=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "edition"],
                name="one_alarm_at_a_time",
                condition=Q(ended_at=None),
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.raised_at:%Y-%m-%d %H:%M}"


class Pulse(models.Model):
    """When the clockwork last ran. One row, with the number 1."""

    ran_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_pulse")]

    def __str__(self) -> str:
        return f"{self.ran_at:%Y-%m-%d %H:%M:%S}"


class SenderCheck(models.Model):
    """What was found when somebody looked whether mail of ours will be taken."""

    sender = models.CharField(_("sender"), max_length=320)
    is_ok = models.BooleanField(_("nothing is missing"))
    findings = models.JSONField(default=list)
    checked_at = models.DateTimeField(_("checked at"), default=timezone.now)

    class Meta:
        verbose_name = _("check of the sender")
        verbose_name_plural = _("checks of the sender")
        get_latest_by = "pk"

    def __str__(self) -> str:
        return f"{self.sender} {self.checked_at:%Y-%m-%d}"

    @classmethod
    def is_good(cls, sender: str) -> bool:
        """Whether the last check was of this sender and found nothing missing."""
        last = cls.objects.order_by("-pk").first()
        return last is not None and last.is_ok and last.sender == sender
