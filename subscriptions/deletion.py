"""Forgetting a reader: the digest ends, and its consents, deliveries and letters go with it.

For `portal.deletion`, before the row of the account goes, and for whoever erases a subscription
without an account. That an address must not be written to is kept, as a hash.
"""

from collections.abc import Collection

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Q

from news.models import AuditEntry
from subscriptions import consent
from subscriptions.models import (
    AddressChange,
    BounceEvent,
    Delivery,
    ImportLine,
    Subscription,
    Suppression,
    hash_of_address,
)


def forget(user: AbstractUser, addresses: Collection[str]) -> None:
    """`addresses` may hold some that are not theirs: those in a subscription count if confirmed."""
    for subscription in Subscription.objects.of_person(user):
        _erase(subscription)
    _forget_bounces(addresses)
    ImportLine.objects.filter(email__in=addresses).delete()
    AddressChange.objects.filter(Q(old_email__in=addresses) | Q(new_email__in=addresses)).delete()


def erase(subscription: Subscription, never_again: bool) -> None:
    """Forget the subscription; `never_again`: and refuse the address from now on."""
    with transaction.atomic():
        _erase(subscription)
        if never_again:
            consent.suppress(subscription.email, Suppression.Reason.ERASED)


def _erase(subscription: Subscription) -> None:
    """Held first, with its digests, or what a planner or a bounce adds meanwhile would keep it."""
    list(Subscription.objects.select_for_update().filter(pk=subscription.pk))
    list(Delivery.objects.select_for_update().filter(subscription=subscription).values_list("pk"))
    BounceEvent.objects.filter(delivery__subscription=subscription).update(detail="")
    _forget_bounces([subscription.email])
    ImportLine.objects.filter(email=subscription.email).delete()
    of_app = AuditEntry.objects.filter(kind__startswith="subscriptions.")
    of_app.filter(name__contains=subscription.email).erase()
    subscription.delete()


def _forget_bounces(addresses: Collection[str]) -> None:
    hashes = [hash_of_address(address) for address in addresses]
    BounceEvent.objects.filter(address_hash__in=hashes).update(detail="")
