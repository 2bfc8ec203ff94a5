"""The first step of double opt-in: an address was typed into the form, by its owner or not."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.db import transaction
from django.utils import timezone

from news import mail
from subscriptions import consent, emails
from subscriptions.models import ConsentEvent, Subscription, Suppression

logger = logging.getLogger(__name__)

Status = Subscription.Status

_TRY_AGAIN_AFTER = timedelta(minutes=2)
_TRY_FOR = timedelta(days=1)


def ask(email: str, language: str, time_zone: str, origin: str) -> int | None:
    """Owe the address a letter: its confirmation, or word that it is subscribed already.

    Returns the subscription that is owed one. None for an address that must not be written to, or
    just was; whoever typed it must not learn which.
    """
    now = timezone.now()
    if Suppression.objects.in_force(now).among([email]):
        return None
    with transaction.atomic():
        defaults = {"language": language, "time_zone": time_zone}
        subscriptions = Subscription.objects.select_for_update()
        subscription, _ = subscriptions.get_or_create(email=email, defaults=defaults)
        if not subscription.may_ask_again(now):
            return None
        subscription.asked_at = subscription.letter_due_at = now
        if not subscription.is_running:
            subscription.status = Status.PENDING
            subscription.language, subscription.time_zone = language, time_zone
            text = consent.wording(language)
            consent.record(subscription, ConsentEvent.Action.ASKED, text, language, origin)
        subscription.save()
        return subscription.pk


def send_letter(subscription_id: int) -> bool:
    """Send what is owed to the address, if it still is; False when mail fails for now."""
    now = timezone.now()
    with transaction.atomic():
        owed = Subscription.objects.filter(letter_due_at__isnull=False)
        subscription = owed.select_for_update(skip_locked=True).filter(pk=subscription_id).first()
        if subscription is None:
            return True
        subscription.letter_due_at = _send(subscription, now)
        subscription.save(update_fields=["letter_due_at"])
        return subscription.letter_due_at is None


def sweep_letters(now: datetime | None = None) -> None:
    """Send letters whose task was lost or whose mail failed, until mail fails again."""
    now = now or timezone.now()
    owed = Subscription.objects.owed_letter(now - _TRY_AGAIN_AFTER).order_by("letter_due_at")
    for pk in list(owed.values_list("pk", flat=True)[:100]):
        if not send_letter(pk):
            break


def _send(subscription: Subscription, now: datetime) -> datetime | None:
    """Since when it is owed now; None when it is done, or when trying again is of no use."""
    make = emails.already_subscribed if subscription.is_running else emails.confirmation
    try:
        make(subscription).send()
    except (SMTPException, OSError) as error:
        asked_at = subscription.asked_at or now
        logger.warning("letter to subscription %s failed: %s", subscription.pk, error)
        return None if mail.is_final(error) or asked_at < now - _TRY_FOR else now
    return None
