"""Editions and recipients for the benchmarks of the digest."""

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subscriptions.models import Edition
    from subscriptions.parcel import Parcel

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
    """Queued deliveries, each to somebody new. Made by PostgreSQL: there may be a million."""
    from django.db import connection

    from subscriptions.models import Subscription

    first = Subscription.objects.count()
    with connection.cursor() as cursor:
        span = {"first": first, "last": first + number - 1}
        cursor.execute(_RECIPIENTS, span | {"edition": edition.pk, "cut_at": edition.cut_at})


def parcels(number: int) -> "list[Parcel]":
    """As they come from the ledger, without one."""
    from subscriptions.parcel import Parcel

    return [
        Parcel(
            n, f"<digest.{n:032x}@example.org>", 0, n, f"reader{n}@domain{n % 500}.example", True
        )
        for n in range(1, number + 1)
    ]


_RECIPIENTS = """
    WITH readers AS (
        INSERT INTO subscriptions_subscription (
            email, status, language, time_zone, local_time, weekdays, next_due_at, created_at
        )
        SELECT format('reader%%s@domain%%s.example', n, n %% 500), 'active', 'ru', 'UTC',
               '08:00', '{0,1,2,3,4,5,6}', %(cut_at)s, now()
        FROM generate_series(%(first)s, %(last)s) AS n
        RETURNING id
    )
    INSERT INTO subscriptions_delivery (
        subscription_id, edition_id, local_date, state, attempts, not_before, smtp_message,
        message_id
    )
    SELECT id, %(edition)s, %(cut_at)s::date, 'queued', 0, now(), '',
           format('<digest.%%s@example.org>', md5(id::text))
    FROM readers
"""
