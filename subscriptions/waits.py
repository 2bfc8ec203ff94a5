"""Domains that say "not now": their mail waits, longer and longer, while others' goes on."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models.functions import Now

from news.transport import Fate, Outcome
from subscriptions.models import MailDomain
from subscriptions.parcel import Parcel

# A domain waits after this many refusals in a row: 1, 2, 4 … minutes, an hour at most.
PATIENCE = 3
_LONGEST_WAIT = timedelta(hours=1)
_OF_ONE_MAILBOX = "4.2."  # RFC 3463: full, or busy. Says nothing about its neighbours.


class Waits:
    """One sender's view of the domains it writes to."""

    def __init__(self) -> None:
        self.waiting: set[str] = set()
        self._refusing: set[str] = set()

    def expect(self, batch: Iterable[Parcel]) -> None:
        names = {parcel.domain for parcel in batch}
        known = MailDomain.objects.filter(name__in=names, refusals__gt=0)
        self._refusing = set(known.values_list("name", flat=True))

    def after(self, name: str, outcome: Outcome) -> timedelta | None:
        """How long all mail for the domain is to wait, if it is."""
        if outcome.fate == Fate.SENT and name in self._refusing:
            self._refusing.discard(name)
            MailDomain.objects.filter(name=name).update(refusals=0, waits_until=None)
        if outcome.fate != Fate.RETRY or outcome.message.startswith(_OF_ONE_MAILBOX):
            return None
        self._refusing.add(name)
        if wait := _wait_after_one_more(name):
            self.waiting.add(name)
        return wait


def _wait_after_one_more(name: str) -> timedelta | None:
    domain, _ = MailDomain.objects.get_or_create(name=name)
    refusals = min(domain.refusals + 1, 30)
    wait = min(timedelta(minutes=2 ** max(refusals - PATIENCE, 0)), _LONGEST_WAIT)
    is_enough = refusals >= PATIENCE
    MailDomain.objects.filter(name=name).update(
        refusals=refusals, waits_until=Now() + wait if is_enough else None
    )
    return wait if is_enough else None
