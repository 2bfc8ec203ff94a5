from datetime import date, datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from .edition import Edition
from .subscription import Subscription


def message_id_of(subscription_id: int, local_date: date) -> str:
    """The same for the same digest, however often it is sent: mail programs show it once.

    A keyed hash, since the bare number would tell every reader how many subscribers there are.
    """
    row = f"{subscription_id} {local_date:%Y%m%d}"
    name = salted_hmac("subscriptions.message_id", row, algorithm="sha256").hexdigest()[:32]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<digest.{name}@{domain or urlsplit(settings.SITE_URL).hostname}>"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def unfinished(self) -> "DeliveryQuerySet":
        """Without an outcome yet: waiting, or in a sender's hands."""
        return self.filter(state__in=Delivery.UNFINISHED)

    def waiting(self) -> "DeliveryQuerySet":
        return self.filter(state__in=Delivery.WAITING)

    def in_hands(self) -> "DeliveryQuerySet":
        return self.filter(state__in=Delivery.IN_HANDS)

    def ready_to_go(self, now: datetime | None = None) -> "DeliveryQuerySet":
        """Waiting, and not told to wait longer."""
        return self.waiting().filter(not_before__lte=now or timezone.now())

    def skip(self) -> int:
        """What still waits is not to be sent; returns how many."""
        return self.waiting().update(state=Delivery.State.SKIPPED, finished_at=timezone.now())

    def send_again(self) -> int:
        """Queue what may not have arrived once more, at somebody's wish; returns how many.

        Not of a cancelled edition: there it would only be skipped, and what happened forgotten.
        """
        lost = self.filter(state__in=Delivery.LOST)
        lost = lost.exclude(edition__state=Edition.State.CANCELLED)
        return lost.update(
            state=Delivery.State.QUEUED, attempts=0, not_before=Now(), finished_at=None
        )


class Delivery(models.Model):
    """One digest for one subscriber: the ledger that nothing leaves without a recorded outcome.

    queued → claimed → sending → sent | retry | failed | uncertain | skipped. A row in `sending` may
    have reached its reader: when its sender dies it becomes `uncertain`, never `queued` again.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        CLAIMED = "claimed", _("Claimed")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        RETRY = "retry", _("To be tried again")
        FAILED = "failed", _("Failed")
        UNCERTAIN = "uncertain", _("Uncertain")
        SKIPPED = "skipped", _("Skipped")

    WAITING = (State.QUEUED, State.RETRY)
    IN_HANDS = (State.CLAIMED, State.SENDING)
    UNFINISHED = (*WAITING, *IN_HANDS)
    LOST = (State.FAILED, State.UNCERTAIN)

    # Each change of state writes to every index, so there are no more than are used: those of the
    # constraints serve both foreign keys, and none is there for LIKE.
    subscription = models.ForeignKey(
        Subscription,
        models.CASCADE,
        related_name="deliveries",
        db_index=False,
        verbose_name=_("subscription"),
    )
    local_date = models.DateField(_("day"), help_text=_("The subscriber's own calendar day."))
    edition = models.ForeignKey(
        Edition,
        models.CASCADE,
        related_name="deliveries",
        db_index=False,
        verbose_name=_("edition"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    claim_token = models.UUIDField(null=True, editable=False)
    # When its sender last gave a sign of life for it: at the claim, and as its sending began.
    heartbeat_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(default=timezone.now, editable=False)
    smtp_code = models.PositiveSmallIntegerField(_("SMTP code"), null=True)
    smtp_message = models.CharField(_("answer"), max_length=500, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=200)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "local_date"], name="one_digest_per_local_day"
            ),
            models.UniqueConstraint(fields=["message_id"], name="delivery_message_id_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "queued",
                        "claimed",
                        "sending",
                        "sent",
                        "retry",
                        "failed",
                        "uncertain",
                        "skipped",
                    ]
                ),
                name="delivery_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["claimed", "sending"])
                | Q(claim_token__isnull=False, heartbeat_at__isnull=False),
                name="claimed_delivery_has_token",
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "state"], name="delivery_by_state"),
            models.Index(
                fields=["edition", "not_before", "id"],
                name="delivery_waiting",
                condition=Q(state__in=["queued", "retry"]),
            ),
            models.Index(
                fields=["heartbeat_at"],
                name="delivery_in_hands",
                condition=Q(state__in=["claimed", "sending"]),
            ),
            # For counting a day. Next to nothing to write: rows end in the order of their pages.
            BrinIndex(fields=["finished_at"], name="delivery_by_end", pages_per_range=32),
        ]

    def __str__(self) -> str:
        return self.message_id


class BounceEvent(models.Model):
    """What a mail provider or a bounce message said of a delivery, each counted once."""

    class Kind(models.TextChoices):
        HARD = "hard", _("Hard bounce")
        SOFT = "soft", _("Soft bounce")
        COMPLAINT = "complaint", _("Complaint")
        AUTO_REPLY = "auto_reply", _("Automatic reply")
        UNKNOWN = "unknown", _("Unknown")

    provider = models.CharField(_("mail service"), max_length=40)
    event_id = models.CharField(_("number of the event"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    delivery = models.ForeignKey(
        Delivery,
        models.SET_NULL,
        null=True,
        related_name="bounce_events",
        verbose_name=_("delivery"),
    )
    address_hash = models.CharField(_("fingerprint of the address"), max_length=64, db_index=True)
    detail = models.TextField(_("detail"), blank=True)
    happened_at = models.DateTimeField(_("happened at"))

    class Meta:
        verbose_name = _("bounce")
        verbose_name_plural = _("bounces")
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="bounce_once")]
        indexes = [BrinIndex(fields=["happened_at"], name="bounce_by_time", pages_per_range=32)]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
