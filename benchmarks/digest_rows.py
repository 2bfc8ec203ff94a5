"""Editions and recipients for the benchmarks of the digest."""

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subscriptions.models import Edition
    from subscriptions.parcel import Parcel

_BATCH = 10_000
_TITLE = "Зонд сел на обратной стороне Луны и передал первые снимки кратера"


def an_edition() -> "Edition":
    """Composed of a dozen Russian articles, as large as a digest gets."""
    from django.utils import timezone

    from subscriptions import composing
    from subscriptions.models import Edition
    from tests.factories import make_article

    now = timezone.now()
    for _ in range(20):
        article = make_article(
            _TITLE, languages=("ru", "en"), published_at=now - timedelta(hours=1)
        )
        article.texts.update(lead=f"{_TITLE}. " * 4)
    edition = Edition.objects.create(language="ru", since=now - timedelta(days=1), cut_at=now)
    ids = composing.choose_articles("ru", composing.Topics(), edition.since, edition.cut_at)
    for position, pk in enumerate(ids, 1):
        edition.items.create(article_id=pk, position=position)
    composing.compose(edition.pk)
    edition.refresh_from_db()
    return edition


def add_recipients(edition: "Edition", number: int) -> None:
    """Queued deliveries, each to somebody new."""
    from subscriptions.models import Delivery, Subscription, message_id_of

    day = edition.cut_at.date()
    first = Subscription.objects.count()
    for start in range(first, first + number, _BATCH):
        readers = Subscription.objects.bulk_create(
            Subscription(
                email=f"reader{n}@domain{n % 500}.example",
                status="active",
                language="ru",
                time_zone="UTC",
                next_due_at=edition.cut_at,
            )
            for n in range(start, min(start + _BATCH, first + number))
        )
        Delivery.objects.bulk_create(
            Delivery(
                subscription=each,
                edition=edition,
                local_date=day,
                message_id=message_id_of(each.pk, day),
            )
            for each in readers
        )


def parcels(number: int) -> "list[Parcel]":
    """As they come from the ledger, without one."""
    from subscriptions.parcel import Parcel

    return [
        Parcel(
            n, f"<digest.{n:032x}@example.org>", 0, n, f"reader{n}@domain{n % 500}.example", True
        )
        for n in range(1, number + 1)
    ]
