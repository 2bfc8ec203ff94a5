"""Registered readers find their digest in their account, by the address confirmed there."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from portal import deletion
from portal.models import User
from subscriptions.models import Subscription, Suppression, hash_of_address
from tests.portal.people import make_reader
from tests.subscriptions.rows import make_subscription
from tests.subscriptions.test_preferences import CHOICES

pytestmark = pytest.mark.django_db

MINE = "/en/subscriptions/mine/"


@pytest.fixture
def vera() -> User:
    return make_reader("Vera")


@pytest.fixture
def reader(client: Client, vera: User) -> Client:
    client.force_login(vera)
    return client


def test_a_button_starts_it_since_the_address_is_confirmed(reader: Client) -> None:
    assert reader.get(MINE).headers["Location"] == f"{MINE}start/"
    page = reader.get(f"{MINE}start/").content.decode()
    assert "vera@example.org" in page
    assert reader.post(f"{MINE}start/").headers["Location"] == MINE
    subscription = Subscription.objects.get()
    assert (subscription.email, subscription.status) == ("vera@example.org", "active")
    event = subscription.consent_events.get()
    assert event.action == "confirmed" and event.text in page


def test_everything_is_changed_there(reader: Client) -> None:
    subscription = make_subscription("vera@example.org")
    page = reader.get(MINE).content.decode()
    assert "csrfmiddlewaretoken" in page and 'aria-current="page">Digest' in page
    assert reader.post(MINE, CHOICES).headers["Location"] == f"{MINE}?saved"
    reader.post(f"{MINE}pause/")
    subscription.refresh_from_db()
    assert (subscription.status, subscription.language) == ("paused", "ru")
    reader.post(f"{MINE}resume/")
    reader.post(f"{MINE}address/", {"email": "new@example.net"})
    assert subscription.address_changes.get().new_email == "new@example.net"
    reader.post(f"{MINE}erase/")
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("page", ["", "pause/", "resume/", "address/", "erase/", "start/"])
def test_no_other_site_can_press_the_buttons(vera: User, page: str) -> None:
    make_subscription(vera.email)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(vera)
    assert strict.post(MINE + page, CHOICES).status_code == 403
    assert strict.post(MINE + page, CHOICES, headers={"Origin": "http://evil"}).status_code == 403
    assert Subscription.objects.get().status == "active"


OTHERS: list[dict[str, Any]] = [
    {"verified": False, "primary": False},
    {"verified": False, "primary": True},
]


@pytest.mark.parametrize("how", OTHERS)
def test_an_address_that_was_only_typed_shows_nobodys_digest(
    reader: Client, vera: User, how: dict[str, Any]
) -> None:
    """Not even to who has made it the address of the account."""
    victim = make_subscription("victim@example.org")
    EmailAddress.objects.filter(user=vera).delete()
    EmailAddress.objects.create(user=vera, email=victim.email, **how)
    User.objects.update(email=victim.email)
    for page in ("", "pause/", "address/", "erase/", "export/"):
        assert reader.post(MINE + page, CHOICES).headers["Location"] == f"{MINE}start/"
    reader.post(f"{MINE}start/")
    assert Subscription.objects.values().get() == Subscription.objects.values().get(pk=victim.pk)
    assert Subscription.objects.get().language == "en"


def test_deleting_an_account_takes_no_digest_of_an_address_that_was_only_typed(vera: User) -> None:
    victim = make_subscription("victim@example.org")
    EmailAddress.objects.create(user=vera, email=victim.email)
    User.objects.update(email=victim.email)
    deletion.ask(vera)
    deletion.delete(vera.pk)
    assert not User.objects.exists()
    assert Subscription.objects.get() == victim


@pytest.mark.parametrize("reason", ["manual", "bounce"])
def test_a_suppressed_address_starts_only_where_its_owner_may_lift_that(
    reader: Client, reason: str
) -> None:
    address_hash = hash_of_address("vera@example.org")
    Suppression.objects.create(address_hash=address_hash, reason=reason)
    page = reader.post(f"{MINE}start/", follow=True).content.decode()
    is_running = Subscription.objects.get().status == "active"
    assert is_running == (reason == "bounce")
    assert ("asked us not to write" in page) != is_running


def test_a_stopped_digest_can_be_started_again(reader: Client) -> None:
    make_subscription("vera@example.org", status="unsubscribed", next_due_at=None)
    reader.post(f"{MINE}start/")
    subscription = Subscription.objects.get()
    assert subscription.status == "active"
    assert subscription.next_due_at and subscription.next_due_at > timezone.now()
