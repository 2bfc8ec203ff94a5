"""Subscribers, editions and deliveries for these tests, in as few words as they need."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from news.day import day_of, start_of
from subscriptions import composing
from subscriptions.models import AddressChange, Delivery, Edition, Subscription, message_id_of
from tests.factories import make_article

NOW = datetime(2026, 3, 10, 8, 0, 5, tzinfo=UTC)  # five seconds after a slot of everybody's
SLOT = NOW.replace(second=0)
YESTERDAY = SLOT - timedelta(days=1)

_numbers = count(1)


def make_subscription(email: str = "", **fields: Any) -> Subscription:
    """An active one that is due at NOW, with yesterday's digest behind it."""
    defaults: dict[str, Any] = {
        "email": email or f"subscriber{next(_numbers)}@example.org",
        "status": Subscription.Status.ACTIVE,
        "language": "en",
        "time_zone": "UTC",
        "next_due_at": SLOT,
        "covered_until": YESTERDAY,
    }
    return Subscription.objects.create(**(defaults | fields))


def make_address_change(subscription: Subscription, **fields: Any) -> AddressChange:
    """Asked for an hour ago, its letters sent."""
    defaults: dict[str, Any] = {
        "subscription": subscription,
        "old_email": subscription.email,
        "new_email": f"new{next(_numbers)}@example.net",
        "asked_at": timezone.now() - timedelta(hours=1),
    }
    return AddressChange.objects.create(**(defaults | fields))


def make_news(number: int = 1, **fields: Any) -> list[Any]:
    """Articles that belong into the digest of SLOT, the newest first."""
    hours = range(1, number + 1)
    return [make_article(published_at=SLOT - timedelta(minutes=n), **fields) for n in hours]


def make_edition(recipients: int = 1, **fields: Any) -> Edition:
    """A composed edition with one article and its deliveries, each to somebody new."""
    if not Edition.objects.exists():
        make_news()
    defaults = {"language": "en", "since": YESTERDAY, "cut_at": SLOT}
    edition = Edition.objects.create(**(defaults | fields))
    articles = composing.choose_articles("en", composing.Topics(), edition.since, edition.cut_at)
    edition.items.create(article_id=articles[0], position=1)
    for _ in range(recipients):
        make_delivery(edition)
    return composing.compose(edition.pk) or edition


def make_past_digest(articles: list[Any], **fields: Any) -> Edition:
    """On the web, as the digest of the day on which the first of its articles came out."""
    day = day_of(articles[0].published_at)
    defaults: dict[str, Any] = {
        "language": "en",
        "since": start_of(day - timedelta(days=1)),
        "cut_at": start_of(day),
        "state": Edition.State.DONE,
        "message": b"x",
        "shown_on": day,
    }
    edition = Edition.objects.create(**(defaults | fields))
    for position, article in enumerate(articles, 1):
        edition.items.create(article=article, position=position)
    return edition


def make_delivery(edition: Edition, **fields: Any) -> Delivery:
    subscription = fields.pop("subscription", None) or make_subscription()
    day = SLOT.date()
    defaults = {"local_date": day, "message_id": message_id_of(subscription.pk, day)}
    return Delivery.objects.create(
        subscription=subscription, edition=edition, **(defaults | fields)
    )


def states(edition: Edition) -> list[str]:
    return list(edition.deliveries.order_by("pk").values_list("state", flat=True))
