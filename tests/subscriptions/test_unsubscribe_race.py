"""Readers unsubscribe while their digest is being sent, and scanners open every link.

`VESTNIK_UNSUBSCRIBE=10000` plays as many as the promise names (with `--timeout 0`);
else a few hundred.
"""

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from subscriptions import links
from subscriptions.models import ConsentEvent, Delivery, Edition, Subscription
from subscriptions.tasks import send_edition
from tests.subscriptions.rows import make_edition
from tests.subscriptions.sink import Sink

NUMBER = int(os.environ.get("VESTNIK_UNSUBSCRIBE", "200"))
LOOKS = NUMBER if NUMBER > 200 else 20


def add_readers(edition: Edition, number: int) -> None:
    fields = {"status": "active", "language": "en", "next_due_at": edition.cut_at}
    readers = Subscription.objects.bulk_create(
        Subscription(email=f"reader{n}@domain{n % 50}.example", **fields) for n in range(number)
    )
    Delivery.objects.bulk_create(
        Delivery(
            subscription=each,
            edition=edition,
            local_date=edition.cut_at.date(),
            message_id=f"<{each.pk}@x>",
        )
        for each in readers
    )


@pytest.mark.django_db(transaction=True)
def test_nobody_is_written_to_after_their_unsubscription_was_answered(sink: Sink) -> None:
    edition = make_edition(0)
    add_readers(edition, 2 * NUMBER)
    answered: dict[str, float] = {}
    begun: dict[str, float] = {}
    sink.on_data = lambda recipient: begun.__setitem__(recipient, time.monotonic())
    leaving = random.sample(list(Subscription.objects.all()), NUMBER)

    def unsubscribe(subscription: Subscription) -> None:
        try:
            assert Client().post(links.UNSUBSCRIBE.path(subscription)).status_code == 200
            answered[subscription.email] = time.monotonic()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        posts = [threads.submit(unsubscribe, each) for each in leaving]
        while Delivery.objects.unfinished().exists():
            send_edition(edition.pk)
        for post in posts:
            post.result()
    assert len(answered) == NUMBER
    late = {email for email, at in answered.items() if begun.get(email, 0) > at}
    # The message that was already on the wire at that moment, for the one sender that there is.
    assert all(begun[email] - answered[email] < 1 for email in late)
    assert Delivery.objects.filter(state="sent").count() == len(set(sink.recipients))


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head"])
def test_scanners_that_open_every_link_change_nothing(client: Client, method: str) -> None:
    edition = make_edition(20)
    subscriptions = [delivery.subscription for delivery in edition.deliveries.all()]
    before = list(Subscription.objects.order_by("pk").values())
    for number in range(LOOKS):
        subscription = subscriptions[number % 20]
        for purpose in (links.UNSUBSCRIBE, links.PREFERENCES):
            getattr(client, method)(purpose.path(subscription))
    assert list(Subscription.objects.order_by("pk").values()) == before
    assert not ConsentEvent.objects.exists()
