"""A digest that moves to another address: the new one has to agree, the old one can take it back.

Whoever holds a letter may ask for it, so the old address is told at once. Nobody learns on the page
whether the new one is subscribed, suppressed or was just written to: the answer is always the same.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from news import mail
from subscriptions import consent, emails
from subscriptions.models import AddressChange, ConsentEvent, Subscription, Suppression

logger = logging.getLogger(__name__)

_TRY_AGAIN_AFTER = timedelta(minutes=2)
_MOVES = [
    *("status", "language", "time_zone", "local_time", "weekdays"),
    *("next_due_at", "covered_until", "user_id"),
]


class TooSoon(Exception):
    """Another change of this subscription was asked for in the last minutes."""


def ask(subscription: Subscription, email: str, may_write: bool = True) -> AddressChange:
    """Owe both addresses their letters, in place of an earlier wish. Raises TooSoon.

    No letter goes to an address that must not be written to (or `may_write` not), or just was.
    """
    now = timezone.now()
    just_asked = AddressChange.objects.just_asked(now)
    with transaction.atomic():
        Subscription.objects.select_for_update().get(pk=subscription.pk)
        if just_asked.filter(subscription=subscription).exists():
            raise TooSoon
        is_spared = (
            not may_write
            or just_asked.filter(new_email=email).exists()
            or Suppression.objects.in_force(now).among([email])
            or _was_asked(email, now)
        )
        subscription.address_changes.pending().delete()
        return subscription.address_changes.create(
            old_email=subscription.email,
            new_email=email,
            asked_at=now,
            letter_due_at=None if is_spared else now,
            warning_due_at=now,
        )


def confirm(change: AddressChange, language: str, origin: str) -> bool:
    """Move the subscription, once; False where the new address has a digest or must have none."""
    with transaction.atomic():
        subscription = _locked(change)
        if change.done_at:
            return True
        if Suppression.objects.for_good().among([change.new_email]):
            return False
        moved = _move(subscription, change.new_email)
        if moved is None:
            return False
        Suppression.objects.forget([change.new_email])
        change.done_at = timezone.now()
        change.letter_due_at = None
        change.save(update_fields=["done_at", "letter_due_at"])
        text = consent.wording(language)
        consent.record(moved, ConsentEvent.Action.CONFIRMED, text, language, origin)
    return True


def take_back(change: AddressChange) -> None:
    """The owner of the old address objects: whatever was done or asked for since is undone."""
    with transaction.atomic():
        subscription = _locked(change)
        moved = _move(subscription, change.old_email) if change.done_at else subscription
        later = (moved or subscription).address_changes.filter(pk__gte=change.pk)
        later.delete()


def send_letters(change_id: int) -> bool:
    """Send what is owed to either address; False when mail fails for now."""
    with transaction.atomic():
        rows = AddressChange.objects.select_for_update(skip_locked=True, of=("self",))
        change = rows.select_related("subscription").filter(pk=change_id).first()
        if change is None:
            return True
        if change.warning_due_at and _send(emails.address_warning, change):
            change.warning_due_at = None
        if change.letter_due_at and _send(emails.address_confirmation, change):
            change.letter_due_at = None
        change.save(update_fields=["warning_due_at", "letter_due_at"])
    return not (change.warning_due_at or change.letter_due_at)


def sweep(now: datetime | None = None) -> None:
    """Send letters whose task was lost or whose mail failed; forget what is over."""
    now = now or timezone.now()
    AddressChange.objects.over(now).delete()
    owed = AddressChange.objects.owed_letters(now - _TRY_AGAIN_AFTER).order_by("pk")
    for pk in list(owed.values_list("pk", flat=True)[:100]):
        if not send_letters(pk):
            break


def _was_asked(email: str, now: datetime) -> bool:
    other = Subscription.objects.filter(email=email).first()
    return other is not None and not other.may_ask_again(now)


def _locked(change: AddressChange) -> Subscription:
    """Its subscription, held, so that no planner acts meanwhile; and the change as it is now.

    Asked twice, since who waited for the lock may find that the subscription has moved meanwhile.
    Raises AddressChange.DoesNotExist where it was taken back.
    """
    own = Subscription.objects.select_for_update(of=("self",)).filter(address_changes=change.pk)
    subscription = own.first() or own.first()
    change.refresh_from_db(from_queryset=AddressChange.objects.select_for_update())
    assert subscription  # there is none without
    return subscription


def _move(subscription: Subscription, email: str) -> Subscription | None:
    """Into a row with a number of its own, so that no link in an old letter opens it.

    None where the address has a digest that must not be lost, and may want it otherwise.
    """
    new = Subscription.objects.select_for_update().filter(email=email).first()
    if new and new.is_running:
        return None
    new = new or Subscription(email=email)
    rubrics, entities = list(subscription.rubrics.all()), list(subscription.entities.all())
    values = {name: getattr(subscription, name) for name in _MOVES}
    Subscription.objects.filter(pk=subscription.pk).update(user=None)
    for name, value in values.items():
        setattr(new, name, value)
    new.letter_due_at = None
    new.save()
    new.rubrics.set(rubrics)
    new.entities.set(entities)
    _bring_history(subscription, new)
    subscription.delete()
    return new


def _bring_history(old: Subscription, new: Subscription) -> None:
    """With the digests of its days, so that no day brings a second one."""
    had = new.deliveries.values("local_date")
    old.deliveries.exclude(local_date__in=had).update(subscription=new)
    old.consent_events.update(subscription=new)
    old.address_changes.update(subscription=new)


def _send(make: Callable[[AddressChange], EmailMultiAlternatives], change: AddressChange) -> bool:
    """False when it may be tried again."""
    try:
        make(change).send()
    except (SMTPException, OSError) as error:
        logger.warning("letter on change of address %s failed: %s", change.pk, error)
        return mail.is_final(error)
    return True
