"""The digest of a reader with an account: known by the address that they have confirmed there."""

from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction

from subscriptions import consent
from subscriptions.addresses import normalise
from subscriptions.models import Subscription


def address_of(user: Any) -> str:
    """The reader's own confirmed address, as subscriptions write it, or empty."""
    own = EmailAddress.objects.filter(user=user.pk, verified=True, primary=True)
    email = own.values_list("email", flat=True).first() or ""
    try:
        return normalise(email) if email else ""
    except ValidationError:
        return ""


def subscription_of(user: Any) -> Subscription | None:
    """In whatever state. Never one that only somebody else could have confirmed."""
    return Subscription.objects.filter(email=address_of(user)).first()


def start(user: Any, language: str, origin: str) -> Subscription | None:
    """Subscribe the reader's address; it is confirmed, so the button is all that it takes.

    None where there is no such address. Not running afterwards: it must not be written to.
    """
    email = address_of(user)
    if not email:
        return None
    with transaction.atomic():
        defaults = {"language": language, "time_zone": user.time_zone}
        held = Subscription.objects.select_for_update()  # or somebody may erase it meanwhile
        subscription, _ = held.get_or_create(email=email, defaults=defaults)
        consent.confirm(subscription, language, origin)
    return subscription
