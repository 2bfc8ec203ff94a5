"""The owner of the mailbox opens the link of the letter and presses the button."""

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from subscriptions import links
from subscriptions.models import ConsentEvent, Subscription, Suppression, hash_of_address
from tests.subscriptions.rows import make_delivery, make_edition, make_subscription

pytestmark = pytest.mark.django_db


def pending(**fields: object) -> Subscription:
    return make_subscription(status="pending", next_due_at=None, covered_until=None, **fields)


def test_the_link_in_the_letter_leads_to_the_button_that_starts_the_digest(
    client: Client, subscribe: object
) -> None:
    subscribe("vera@example.org", time_zone="Europe/Riga")  # type: ignore[operator]
    [url] = re.findall(r"http://testserver(/en/subscriptions/confirm/\S+)", mail.outbox[0].body)
    assert client.get(url).status_code == 200
    assert Subscription.objects.get().status == "pending"
    assert client.post(url).status_code == 200
    assert Subscription.objects.get().status == "active"


def test_a_confirmed_subscription_has_its_next_slot_and_what_came_since_the_last() -> None:
    subscription = pending(time_zone="Europe/Riga")
    Client().post(links.CONFIRM.path(subscription))
    subscription.refresh_from_db()
    now = timezone.now()
    assert subscription.next_due_at and subscription.covered_until
    assert subscription.covered_until <= now < subscription.next_due_at
    assert subscription.next_due_at.astimezone(subscription.zone).hour == 8
    assert subscription.next_due_at - subscription.covered_until <= timedelta(hours=25)


def test_the_text_on_the_page_is_kept_as_evidence(client: Client) -> None:
    subscription = pending(language="ru")
    url = links.CONFIRM.path(subscription)
    page = client.get(url).content.decode()
    client.post(url)
    event = ConsentEvent.objects.get()
    assert (event.action, event.language) == ("confirmed", "ru")
    assert event.text in page


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
@pytest.mark.parametrize("purpose", [links.CONFIRM, links.RESUBSCRIBE])
def test_scanners_confirm_nothing(client: Client, method: str, purpose: links.Purpose) -> None:
    subscription = pending()
    for _ in range(3):
        getattr(client, method)(purpose.path(subscription))
    subscription.refresh_from_db()
    assert subscription.status == "pending"
    assert not ConsentEvent.objects.exists()


def test_pressing_twice_confirms_once(client: Client) -> None:
    subscription = pending()
    for _ in range(2):
        page = client.post(links.CONFIRM.path(subscription))
    assert "You are subscribed" in page.content.decode()
    assert ConsentEvent.objects.count() == 1


def test_the_button_works_without_cookie_or_token(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    subscription = pending()
    assert strict.post(links.CONFIRM.path(subscription)).status_code == 200
    assert not strict.cookies
    assert "no-store" in strict.get(links.CONFIRM.path(subscription))["Cache-Control"]


def test_a_suppressed_address_cannot_be_confirmed(client: Client) -> None:
    subscription = pending()
    address_hash = hash_of_address(subscription.email)
    Suppression.objects.create(address_hash=address_hash, reason="erased")
    client.post(links.CONFIRM.path(subscription))
    subscription.refresh_from_db()
    assert subscription.status == "suppressed"
    assert not ConsentEvent.objects.exists()


def test_the_link_expires_after_a_week(client: Client) -> None:
    subscription = pending()
    url = links.CONFIRM.path(subscription)
    later = timezone.now().timestamp() + timedelta(days=7, minutes=1).total_seconds()
    with patch("django.core.signing.time.time", return_value=later):
        assert client.get(url).status_code == 410
        assert client.post(url).status_code == 410
    subscription.refresh_from_db()
    assert subscription.status == "pending"


def test_whoever_comes_back_on_the_day_of_a_digest_gets_the_next_one_tomorrow() -> None:
    subscription = make_subscription(status="unsubscribed", next_due_at=None, local_time="23:59")
    edition = make_edition(0, cut_at=timezone.now())
    make_delivery(edition, subscription=subscription, local_date=timezone.now().date())
    Client().post(links.RESUBSCRIBE.path(subscription))
    subscription.refresh_from_db()
    assert subscription.next_due_at - timezone.now() > timedelta(hours=18)
