"""Owners take the data of their subscription along, and erase it, without an account."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from news.models import AuditEntry
from subscriptions import links, signup
from subscriptions.models import BounceEvent, Delivery, Subscription, Suppression, hash_of_address
from tests.factories import make_user
from tests.portal.test_deletion import traces
from tests.subscriptions.rows import (
    make_address_change,
    make_delivery,
    make_edition,
    make_subscription,
)

pytestmark = pytest.mark.django_db

EMAIL = "zaramella@example.org"


@pytest.fixture
def subscription() -> Subscription:
    """With something in every table."""
    subscription = make_subscription(EMAIL)
    delivery = make_delivery(make_edition(0), subscription=subscription, smtp_message=EMAIL)
    known = {"address_hash": hash_of_address(EMAIL), "detail": EMAIL, "delivery": delivery}
    now = timezone.now()
    BounceEvent.objects.create(provider="x", event_id="1", kind="soft", happened_at=now, **known)
    make_address_change(subscription)
    subscription.consent_events.create(
        action="confirmed", text="I agree", language="en", origin="form"
    )
    AuditEntry.objects.record(make_user("chief"), "change", subscription)
    return subscription


def test_erasing_leaves_no_trace(client: Client, subscription: Subscription) -> None:
    assert traces(EMAIL)
    answer = client.post(links.PREFERENCES.path(subscription, "erase"))
    assert client.get(answer.url).status_code == 200
    assert traces(EMAIL) == []
    assert not Delivery.objects.exists()
    assert client.get(links.PREFERENCES.path(subscription)).status_code == 404


def test_it_is_asked_about_first(client: Client, subscription: Subscription) -> None:
    page = client.get(links.PREFERENCES.path(subscription, "erase")).content.decode()
    assert EMAIL in page and "can’t be undone" in page
    assert Subscription.objects.exists()


@pytest.mark.parametrize("never_again", [False, True])
def test_whether_the_address_may_come_back_is_the_owners_choice(
    client: Client, subscription: Subscription, never_again: bool
) -> None:
    sent = {"never_again": "on"} if never_again else {}
    client.post(links.PREFERENCES.path(subscription, "erase"), sent)
    assert Suppression.objects.filter(reason="erased").exists() == never_again
    assert traces(EMAIL) == []
    assert (signup.ask(EMAIL, "en", "UTC", "form") is None) == never_again


def test_the_export_holds_what_is_kept_and_nobody_elses(
    client: Client, subscription: Subscription
) -> None:
    make_subscription("other@example.org")
    answer = client.get(links.PREFERENCES.path(subscription, "export"))
    told = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert [row["email"] for row in told["subscription"]] == [EMAIL]
    assert [len(told[name]) for name in ("address_changes", "consents", "digests")] == [1, 1, 1]
    assert "attachment" in answer["Content-Disposition"]
    assert "other@example.org" not in json.dumps(told)
