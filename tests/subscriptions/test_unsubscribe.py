"""One click stops the digest, from the letter, the mail program or the page; looking doesn't."""

import pytest
from django.test import Client

from subscriptions import links
from subscriptions.models import ConsentEvent, Subscription
from tests.subscriptions.rows import make_delivery, make_edition, make_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscription() -> Subscription:
    return make_subscription("vera@example.org")


@pytest.fixture
def url(subscription: Subscription) -> str:
    return links.UNSUBSCRIBE.path(subscription)


def status() -> str:
    return Subscription.objects.get().status


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_scanners_unsubscribe_nobody(client: Client, url: str, method: str) -> None:
    for _ in range(3):
        getattr(client, method)(url)
    assert status() == "active"


def test_the_page_has_a_button_that_unsubscribes(client: Client, url: str) -> None:
    assert "<form" in client.get(url).content.decode()
    assert client.post(url).status_code == 200
    assert status() == "unsubscribed"
    assert Subscription.objects.get().next_due_at is None


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_mail_programs_unsubscribe_with_one_post(url: str, content_type: str) -> None:
    program = Client(enforce_csrf_checks=True)
    answer = program.post(
        url,
        "List-Unsubscribe=One-Click",
        content_type=content_type,
        headers={"Origin": "https://mail.example"},
    )
    assert answer.status_code == 200
    assert not program.cookies
    assert status() == "unsubscribed"


def test_clicking_again_changes_nothing(client: Client, url: str) -> None:
    for _ in range(3):
        assert client.post(url).status_code == 200
    assert ConsentEvent.objects.filter(action="unsubscribed").count() == 1


def test_what_waits_in_the_queue_is_skipped(
    client: Client, url: str, subscription: Subscription
) -> None:
    delivery = make_delivery(make_edition(0), subscription=subscription)
    client.post(url)
    delivery.refresh_from_db()
    assert delivery.state == "skipped"


def test_one_button_subscribes_again(client: Client, url: str, subscription: Subscription) -> None:
    again = links.RESUBSCRIBE.path(subscription).split("/resubscribe/")[0]
    assert f'action="{again}/resubscribe/' in client.post(url).content.decode()
    client.post(links.RESUBSCRIBE.path(subscription))
    assert status() == "active"


@pytest.mark.parametrize("other", ["suppressed", "pending"])
def test_the_page_is_calm_whatever_the_state(client: Client, url: str, other: str) -> None:
    Subscription.objects.update(status=other, next_due_at=None)
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 200
    assert status() == ("suppressed" if other == "suppressed" else "unsubscribed")


def test_the_language_of_the_link_is_the_subscribers(client: Client) -> None:
    subscription = make_subscription(language="ru")
    page = client.get(links.UNSUBSCRIBE.path(subscription))
    assert page["Content-Language"] == "ru"
