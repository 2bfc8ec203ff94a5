"""Forgetting a reader: the digest ends, and its consents, deliveries and letters go with it.

For `portal.deletion`, before the row of the account goes. That an address must not be written to is
kept, as a hash.
"""

from collections.abc import Collection

from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet

from subscriptions.models import BounceEvent, Subscription, hash_of_address


def forget(user: AbstractUser, addresses: Collection[str]) -> None:
    hashes = [hash_of_address(address) for address in addresses]
    BounceEvent.objects.filter(address_hash__in=hashes).update(detail="")
    BounceEvent.objects.filter(delivery__subscription__in=_own(user, addresses)).update(detail="")
    _own(user, addresses).delete()


def _own(user: AbstractUser, addresses: Collection[str]) -> QuerySet[Subscription]:
    with_account = Subscription.objects.filter(user=user.pk)
    return with_account | Subscription.objects.filter(email__in=addresses)
