"""Who gets the digest, what they agreed to, and who must never be written to again."""

import hmac
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.time_zones import site_time_zone, time_zones, validate_time_zone

EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]  # Monday is 0, as in datetime.weekday()
BETWEEN_LETTERS = timedelta(minutes=10)
BETWEEN_SUPPRESSION_AND_LETTER = timedelta(days=1)


def every_day() -> list[int]:
    return list(EVERY_DAY)


def hash_of_address(email: str) -> str:
    """A keyed hash: recognises an address again without keeping it."""
    key = settings.SECRET_KEY.encode()
    return hmac.digest(key, email.strip().casefold().encode(), "sha256").hex()


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def active(self) -> "SubscriptionQuerySet":
        return self.filter(status=Subscription.Status.ACTIVE)

    def due(self, now: datetime | None = None) -> "SubscriptionQuerySet":
        return self.active().filter(next_due_at__lte=now or timezone.now())

    def of_person(self, user: AbstractUser) -> "SubscriptionQuerySet":
        """What the owner of an account has subscribed to, with the account or only its address.

        Confirmed addresses alone: anybody can type somebody else's into an account of theirs.
        """
        confirmed = EmailAddress.objects.filter(user=user.pk, verified=True)
        return self.filter(Q(user=user.pk) | Q(email__in=confirmed.values(own=Lower("email"))))

    def owed_letter(self, now: datetime | None = None) -> "SubscriptionQuerySet":
        """Those who asked and whose confirmation (or reminder) has not left yet."""
        return self.filter(letter_due_at__lte=now or timezone.now())


class Subscription(models.Model):
    """One address that asked for the digest. Active only after its owner confirmed."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting for confirmation")
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
        SUPPRESSED = "suppressed", _("Suppressed")

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.PENDING
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default=site_time_zone,
        validators=[validate_time_zone],
    )
    local_time = models.TimeField(_("at"), default=time(8, 0))
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(), default=every_day, verbose_name=_("days of the week")
    )
    rubrics = models.ManyToManyField(
        "news.Rubric", blank=True, related_name="+", verbose_name=_("rubrics")
    )
    entities = models.ManyToManyField(
        "news.Entity", blank=True, related_name="+", verbose_name=_("entities")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="subscription",
        verbose_name=_("account"),
    )
    next_due_at = models.DateTimeField(_("next digest at"), null=True, editable=False)
    # What the last digest reached up to: the next one holds what was published since.
    covered_until = models.DateTimeField(_("covered until"), null=True, editable=False)
    # When the address was last typed into the form, and since when its answer by mail is owed.
    # A row and not only a task, so that a lost queue loses no letter.
    asked_at = models.DateTimeField(_("asked at"), null=True, editable=False)
    letter_due_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        permissions = [("export_subscription", "Can export all subscriptions")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=["pending", "active", "paused", "unsubscribed", "suppressed"]
                ),
                name="subscription_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(next_due_at__isnull=False),
                name="active_subscription_is_due_some_time",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="subscription_email_normalised",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__len__gt=0) & Q(weekdays__contained_by=EVERY_DAY),
                name="subscription_weekdays_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_due_at"], name="subscription_due", condition=Q(status="active")
            ),
            models.Index(
                fields=["letter_due_at"],
                name="subscription_owed_letter",
                condition=Q(letter_due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def zone(self) -> ZoneInfo:
        """The site's where its name has left the time zone database: one row must not stop all."""
        return ZoneInfo(self.time_zone if self.time_zone in time_zones() else settings.TIME_ZONE)

    @property
    def is_running(self) -> bool:
        """Confirmed and neither ended nor blocked; paused counts."""
        return self.status in (self.Status.ACTIVE, self.Status.PAUSED)

    def may_ask_again(self, now: datetime) -> bool:
        """Whether another letter may go to this address: the form must not serve as a mail bomb."""
        return self.asked_at is None or self.asked_at <= now - BETWEEN_LETTERS


class ConsentEvent(models.Model):
    """Evidence of what the owner of an address agreed to or took back. Only ever added."""

    class Action(models.TextChoices):
        ASKED = "asked", _("Asked")
        CONFIRMED = "confirmed", _("Confirmed")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")

    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="consent_events", verbose_name=_("subscription")
    )
    action = models.CharField(_("action"), max_length=12, choices=Action.choices)
    text = models.TextField(_("text shown"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    origin = models.CharField(_("from where"), max_length=200)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["created_at", "pk"]
        indexes = [BrinIndex(fields=["created_at"], name="consent_by_time", pages_per_range=32)]

    def __str__(self) -> str:
        return f"{self.action} {self.created_at:%Y-%m-%d}"


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def among(self, emails: Iterable[str]) -> set[str]:
        """Those of the addresses that must not be written to. One query."""
        by_hash = {hash_of_address(email): email for email in emails}
        found = self.filter(address_hash__in=by_hash).values_list("address_hash", flat=True)
        return {by_hash[address_hash] for address_hash in found}

    def for_good(self) -> "SuppressionQuerySet":
        """Those that only an administrator lifts."""
        return self.exclude(reason__in=Suppression.UNTIL_CONFIRMED)

    def in_force(self, now: datetime) -> "SuppressionQuerySet":
        """Those that keep even a letter away which somebody asks for."""
        fresh = Q(created_at__gt=now - BETWEEN_SUPPRESSION_AND_LETTER)
        return self.filter(~Q(reason__in=Suppression.UNTIL_CONFIRMED) | fresh)

    def forget(self, emails: Iterable[str]) -> None:
        """Their owner has confirmed them anew."""
        hashes = [hash_of_address(email) for email in emails]
        self.filter(address_hash__in=hashes, reason__in=Suppression.UNTIL_CONFIRMED).delete()


class Suppression(models.Model):
    """An address not to be written to, kept as a hash that outlives its subscription.

    After a bounce or a complaint, until its owner confirms it anew; else for good.
    """

    class Reason(models.TextChoices):
        BOUNCE = "bounce", _("Bounced")
        COMPLAINT = "complaint", _("Complained")
        ERASED = "erased", _("Erased on request")
        MANUAL = "manual", _("By hand")

    # A mailbox may come back to life, and who complained may think better of it.
    UNTIL_CONFIRMED = (Reason.BOUNCE, Reason.COMPLAINT)

    address_hash = models.CharField(_("fingerprint of the address"), max_length=64, unique=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")

    def __str__(self) -> str:
        return f"{self.address_hash[:8]}… ({self.reason})"
