"""What the owner of an address agrees to and takes back, each time with its evidence.

Every function locks the row and may be called twice: the second call changes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from subscriptions import schedule
from subscriptions.models import ConsentEvent, Subscription, Suppression, hash_of_address

Status = Subscription.Status
Action = ConsentEvent.Action


def wording(language: str) -> str:
    """The exact text agreed to, as shown on the page and in the letter and kept as evidence."""
    with translation.override(language):
        return _(
            "I want to receive the digest of %(site)s at this address: new articles, one letter a "
            "day at most. I can change or stop it at any time by a link in every letter."
        ) % {"site": settings.SITE_NAME}


def confirm(subscription: Subscription, language: str, origin: str) -> bool:
    """Start the digest; False for an address that must not be written to, whoever confirms it.

    `language` is the page's, in which the owner has read the wording.
    """
    with _locked(subscription):
        if not subscription.is_running:
            if Suppression.objects.for_good().among([subscription.email]):
                subscription.status = Status.SUPPRESSED
            else:
                Suppression.objects.forget([subscription.email])
                schedule.start(subscription, timezone.now())
                record(subscription, Action.CONFIRMED, wording(language), language, origin)
        return subscription.is_running


def unsubscribe(subscription: Subscription, language: str, origin: str) -> None:
    """No digest leaves for it any more; what already left a sender's hands can't be called back."""
    with _locked(subscription):
        if subscription.status in (Status.PENDING, Status.ACTIVE, Status.PAUSED):
            subscription.status = Status.UNSUBSCRIBED
            subscription.letter_due_at = None
            _stand_still(subscription)
            record(subscription, Action.UNSUBSCRIBED, _("Unsubscribe"), language, origin)


def pause(subscription: Subscription) -> None:
    with _locked(subscription):
        if subscription.status == Status.ACTIVE:
            subscription.status = Status.PAUSED
            _stand_still(subscription)


def resume(subscription: Subscription) -> None:
    """Go on with what is new; what was published during the pause is not sent after it."""
    with _locked(subscription):
        if subscription.status == Status.PAUSED:
            schedule.start(subscription, timezone.now())


def suppress(email: str, reason: Suppression.Reason) -> Suppression:
    """Write to the address no more, whether it is subscribed or not."""
    address_hash = hash_of_address(email)
    suppression, is_new = Suppression.objects.get_or_create(
        address_hash=address_hash, defaults={"reason": reason}
    )
    if not is_new and reason not in Suppression.UNTIL_CONFIRMED:
        suppression.reason = reason
        suppression.save()
    if subscription := Subscription.objects.filter(email=email).first():
        with _locked(subscription):
            subscription.status = Status.SUPPRESSED
            subscription.letter_due_at = None
            _stand_still(subscription)
    return suppression


def record(
    subscription: Subscription, action: ConsentEvent.Action, text: str, language: str, origin: str
) -> None:
    subscription.consent_events.create(
        action=action, text=text, language=language, origin=origin[:200]
    )


@contextmanager
def _locked(subscription: Subscription) -> Iterator[None]:
    """Bring the row up to date and hold it, so that no planner acts on it meanwhile; save."""
    with transaction.atomic():
        subscription.refresh_from_db(from_queryset=Subscription.objects.select_for_update())
        yield
        subscription.save()


def _stand_still(subscription: Subscription) -> None:
    subscription.next_due_at = None
    subscription.deliveries.skip()
