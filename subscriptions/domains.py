"""How fast mail may leave: in all, and for each domain of recipients.

Limits are asked when a sender claims a batch, so a message costs nothing more. What may not go
now is put off, and is not looked at again until then.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from subscriptions.models import Delivery, MailDomain
from subscriptions.parcel import Parcel

_EVERYWHERE = ""  # the row that counts all messages
_UNTIL_NEXT_TICK = timedelta(seconds=30)


def allowance(wanted: int) -> int:
    """How many messages may be claimed now; inside a transaction, which holds others off."""
    if not (settings.DIGEST_PER_MINUTE or settings.DIGEST_WARM_UP_SINCE):
        return wanted
    everywhere = _locked([_EVERYWHERE])[_EVERYWHERE]
    if settings.DIGEST_PER_MINUTE:
        wanted = min(wanted, everywhere.available(settings.DIGEST_PER_MINUTE, timezone.now()))
    if settings.DIGEST_WARM_UP_SINCE:
        today = timezone.now().astimezone(UTC).date()
        most = _most_after((today - settings.DIGEST_WARM_UP_SINCE).days)
        wanted = min(wanted, max(most - everywhere.taken_on(today), 0))
    return wanted


def _most_after(days: int) -> int:
    """While a new domain of ours warms up: twice as many each day, so that receivers trust it."""
    return int(settings.DIGEST_WARM_UP_FIRST * 2 ** min(max(days, 0), 30))


def count(number: int) -> None:
    """So many were claimed, of what was allowed."""
    if settings.DIGEST_PER_MINUTE or settings.DIGEST_WARM_UP_SINCE:
        everywhere = _locked([_EVERYWHERE])[_EVERYWHERE]
        everywhere.take(number, settings.DIGEST_PER_MINUTE, timezone.now())
        everywhere.save()


def put_off(parcels: list[Parcel]) -> list[Parcel]:
    """Those that may go now. The rest waits, with its domain or until there is room again."""
    now, allowed = timezone.now(), []
    numbers = Counter(parcel.domain for parcel in parcels)
    until, room = _waiting(set(numbers), now), _room(numbers, now)
    late: dict[datetime, list[int]] = {}
    for parcel in parcels:
        domain = parcel.domain
        if domain in until:
            late.setdefault(until[domain], []).append(parcel.pk)
        elif room[domain] <= 0:
            late.setdefault(now + _UNTIL_NEXT_TICK, []).append(parcel.pk)
        else:
            room[domain] -= 1
            allowed.append(parcel)
    for moment, ids in late.items():
        Delivery.objects.filter(pk__in=ids).update(not_before=moment)
    return allowed


def _waiting(names: set[str], now: datetime) -> dict[str, datetime]:
    waiting = MailDomain.objects.filter(name__in=names, waits_until__gt=now)
    return dict(waiting.values_list("name", "waits_until"))  # type: ignore[arg-type]


def _room(numbers: Counter[str], now: datetime) -> Counter[str]:
    rate = settings.DIGEST_DOMAIN_PER_MINUTE
    if not rate:
        return numbers.copy()
    room: Counter[str] = Counter()
    for name, domain in _locked(sorted(numbers)).items():
        room[name] = min(numbers[name], domain.available(rate, now))
        domain.take(room[name], rate, now)
        domain.save()
    return room


def _locked(names: list[str]) -> dict[str, MailDomain]:
    MailDomain.objects.bulk_create([MailDomain(name=name) for name in names], ignore_conflicts=True)
    rows = MailDomain.objects.filter(name__in=names).order_by("name").select_for_update()
    return {row.name: row for row in rows}
