"""A digest moves to another address: its owner asks, the new address agrees, the old can object."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from subscriptions import address_change, digest, links
from subscriptions.models import (
    AddressChange,
    Delivery,
    Subscription,
    Suppression,
    hash_of_address,
)
from tests.factories import make_rubric
from tests.subscriptions.rows import (
    make_address_change,
    make_delivery,
    make_edition,
    make_subscription,
    states,
)

pytestmark = pytest.mark.django_db

OLD, NEW = "vera@example.org", "vera@example.net"


@pytest.fixture
def subscription() -> Subscription:
    due = timezone.now() + timedelta(hours=1)
    return make_subscription(OLD, next_due_at=due, local_time="19:00", time_zone="Europe/Riga")


@pytest.fixture
def ask(worker: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Any:
    """Type a new address into the form of the page behind the link; letters leave at once."""

    def ask(subscription: Subscription, email: str = NEW) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            path = links.PREFERENCES.path(subscription, "address")
            return Client().post(path, {"email": email})

    return ask


def letter_to(address: str) -> str:
    [body] = [str(message.body) for message in mail.outbox if message.to == [address]]
    return body


def link_to(address: str) -> str:
    return re.findall(r"http://testserver(/en/subscriptions/address/\S+)", letter_to(address))[0]


def confirmed(subscription: Subscription, email: str = NEW) -> AddressChange:
    change = make_address_change(subscription, new_email=email)
    assert Client().post(links.CONFIRM_ADDRESS.path(change)).status_code == 200
    change.refresh_from_db()
    return change


def test_both_addresses_are_told_and_nothing_moves_until_the_new_one_agrees(
    ask: Any, subscription: Subscription
) -> None:
    assert ask(subscription).url == links.PREFERENCES.path(subscription)
    assert NEW in letter_to(OLD) and OLD in letter_to(NEW)
    for address in (OLD, NEW):
        assert Client().get(link_to(address)).status_code == 200
    assert Subscription.objects.get().email == OLD
    Client().post(link_to(NEW))
    assert Subscription.objects.get().email == NEW


def test_what_was_chosen_and_agreed_to_comes_along(subscription: Subscription) -> None:
    subscription.rubrics.add(make_rubric("space"))
    confirmed(subscription)
    moved = Subscription.objects.get()
    assert (moved.email, moved.status, str(moved.local_time)) == (NEW, "active", "19:00:00")
    assert (moved.time_zone, moved.next_due_at) == ("Europe/Riga", subscription.next_due_at)
    assert [rubric.slug for rubric in moved.rubrics.all()] == ["space"]
    assert moved.consent_events.get().action == "confirmed"


def test_no_day_brings_a_second_digest(subscription: Subscription) -> None:
    edition = make_edition(0)
    sent = make_delivery(edition, subscription=subscription, state="sent")
    waiting = make_delivery(
        edition, subscription=subscription, local_date=timezone.now().date(), message_id="<x@y>"
    )
    confirmed(subscription)
    moved = Subscription.objects.get()
    assert set(moved.deliveries.values_list("pk", flat=True)) == {sent.pk, waiting.pk}
    assert states(edition) == ["sent", "queued"]


@pytest.mark.parametrize("purpose", [links.PREFERENCES, links.UNSUBSCRIBE, links.RESUBSCRIBE])
def test_links_in_old_letters_open_nothing_any_more(
    client: Client, subscription: Subscription, purpose: links.Purpose
) -> None:
    old = purpose.path(subscription)
    confirmed(subscription)
    assert client.post(old).status_code == 404
    assert client.get(purpose.path(Subscription.objects.get())).status_code == 200


@pytest.mark.parametrize("is_done", [False, True])
def test_the_old_address_can_take_it_back(
    client: Client, subscription: Subscription, is_done: bool
) -> None:
    change = confirmed(subscription) if is_done else make_address_change(subscription)
    assert client.get(links.KEEP_ADDRESS.path(change)).status_code == 200
    page = client.post(links.KEEP_ADDRESS.path(change)).content.decode()
    assert "The address stays as it was" in page
    kept = Subscription.objects.get()
    assert (kept.email, kept.status) == (OLD, "active")
    assert client.post(links.CONFIRM_ADDRESS.path(change)).status_code == 404


def test_whoever_moves_it_on_cannot_keep_the_owner_from_taking_it_back(
    client: Client, subscription: Subscription
) -> None:
    first = confirmed(subscription, "thief@example.com")
    confirmed(Subscription.objects.get(), "thief2@example.com")
    first.refresh_from_db()
    client.post(links.KEEP_ADDRESS.path(first))
    assert Subscription.objects.get().email == OLD
    assert not AddressChange.objects.exists()


@pytest.mark.parametrize("other", [{"status": "active"}, {"status": "paused", "next_due_at": None}])
def test_an_address_with_a_digest_of_its_own_keeps_that(
    client: Client, subscription: Subscription, other: dict[str, Any]
) -> None:
    make_subscription(NEW, language="ru", **other)
    change = make_address_change(subscription, new_email=NEW)
    page = client.post(links.CONFIRM_ADDRESS.path(change)).content.decode()
    assert "Nothing has been changed" in page
    assert Subscription.objects.get(email=OLD).status == "active"
    assert Subscription.objects.get(email=NEW).language == "ru"


@pytest.mark.parametrize("status", ["pending", "unsubscribed", "suppressed"])
def test_an_address_that_had_one_once_gets_this_one(
    subscription: Subscription, status: str
) -> None:
    make_subscription(NEW, status=status, next_due_at=None)
    Suppression.objects.create(address_hash=hash_of_address(NEW), reason="bounce")
    confirmed(subscription)
    moved = Subscription.objects.get()
    assert (moved.email, moved.status, moved.time_zone) == (NEW, "active", "Europe/Riga")
    assert not Suppression.objects.exists()


def test_an_address_erased_for_good_gets_nothing(subscription: Subscription) -> None:
    Suppression.objects.create(address_hash=hash_of_address(NEW), reason="erased")
    confirmed(subscription)
    assert Subscription.objects.get().email == OLD


def answers(ask: Any, subscription: Subscription, email: str) -> tuple[Any, ...]:
    AddressChange.objects.all().delete()
    answer = ask(subscription, email)
    page = Client().get(links.PREFERENCES.path(subscription)).content.decode()
    return answer.status_code, answer.url, page.replace(email, "NEW")


def test_nobody_learns_who_is_subscribed_or_suppressed(
    ask: Any, subscription: Subscription
) -> None:
    make_subscription("has@example.net")
    Suppression.objects.create(address_hash=hash_of_address("dead@example.net"), reason="bounce")
    unknown = answers(ask, subscription, "none@example.net")
    assert answers(ask, subscription, "has@example.net") == unknown
    assert answers(ask, subscription, "dead@example.net") == unknown
    assert [m.to for m in mail.outbox if m.to != [OLD]] == [
        ["none@example.net"],
        ["has@example.net"],
    ]


def test_nobody_is_mail_bombed_from_many_subscriptions(ask: Any) -> None:
    for _ in range(5):
        ask(make_subscription())
    assert [message.to for message in mail.outbox].count([NEW]) == 1


def test_an_address_is_written_to_five_times_a_day_and_nobody_is_told(ask: Any) -> None:
    for _ in range(7):
        answer = ask(make_subscription())
        AddressChange.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
        assert answer.status_code == 302
    assert [message.to for message in mail.outbox].count([NEW]) == 5


def test_one_subscription_asks_once_in_ten_minutes(ask: Any, subscription: Subscription) -> None:
    ask(subscription)
    answer = ask(subscription, "other@example.net")
    assert answer.status_code == 429
    assert "other@example.net" in answer.content.decode()
    assert AddressChange.objects.get().new_email == NEW
    AddressChange.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    ask(subscription, "other@example.net")
    assert AddressChange.objects.get().new_email == "other@example.net"


@pytest.mark.parametrize(
    "email", ["", "vera", "a@b", OLD.upper(), "x" * 10_000 + "@example.org", "a@b\nBcc: c@d.org"]
)
def test_what_is_no_new_address_is_refused(
    ask: Any, subscription: Subscription, email: str
) -> None:
    answer = ask(subscription, email)
    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    assert not AddressChange.objects.exists()


def test_lost_tasks_and_a_dead_server_lose_no_letter(subscription: Subscription) -> None:
    address_change.ask(subscription, NEW)
    digest.tick(timezone.now() + timedelta(minutes=3))
    digest.tick(timezone.now() + timedelta(minutes=6))
    assert sorted(message.to[0] for message in mail.outbox) == [NEW, OLD]


def test_a_week_later_it_is_forgotten(client: Client, subscription: Subscription) -> None:
    change = make_address_change(subscription)
    done = confirmed(make_subscription("boris@example.org"), "boris@example.net")
    address_change.sweep(timezone.now() + timedelta(days=7, minutes=1))
    assert not AddressChange.objects.exists()
    for gone in (change, done):
        assert client.post(links.KEEP_ADDRESS.path(gone)).status_code == 404
    assert Subscription.objects.filter(email__in=[OLD, "boris@example.net"]).count() == 2


def test_one_thinks_better_of_it_on_the_page(client: Client, subscription: Subscription) -> None:
    make_address_change(subscription)
    client.post(links.PREFERENCES.path(subscription, "address"), {"cancel": ""})
    assert not AddressChange.objects.exists()


def test_pressing_twice_moves_once(client: Client, subscription: Subscription) -> None:
    change = confirmed(subscription)
    client.post(links.CONFIRM_ADDRESS.path(change))
    assert Subscription.objects.get().consent_events.count() == 1
    assert Delivery.objects.count() == 0
