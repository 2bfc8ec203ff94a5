"""Two buttons of one subscription, pressed at the same moment: both are answered, one wins."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client

from portal.models import User
from subscriptions import links
from subscriptions.models import ConsentEvent, Delivery, Subscription
from tests.portal.people import make_reader
from tests.subscriptions.rows import make_delivery, make_edition, make_subscription
from tests.subscriptions.test_preferences import CHOICES

pytestmark = pytest.mark.django_db(transaction=True)

MINE = "/en/subscriptions/mine/"
SENT = CHOICES | {"email": "new@example.net"}


@pytest.fixture
def vera() -> User:
    return make_reader("Vera")


def answers(addresses: list[str], user: User, meanwhile: Callable[[], object]) -> list[int]:
    """Of POSTs that all wait for the row of the subscription, and are let go one after another."""

    def press(address: str) -> int:
        try:
            client = Client(raise_request_exception=False)
            client.force_login(user)
            return client.post(address, SENT).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(addresses)) as hands:
        with transaction.atomic():
            list(Subscription.objects.select_for_update())
            pressed = []
            for number, address in enumerate(addresses, 1):
                pressed.append(hands.submit(press, address))
                wait_until_there_wait(number)
            meanwhile()
        return [each.result() for each in pressed]


def wait_until_there_wait(number: int) -> None:
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= number:
                return
            time.sleep(0.02)
    raise TimeoutError("nobody waits")


def address_of(button: str, subscription: Subscription) -> str:
    if button == "confirm":
        return links.CONFIRM.path(subscription)
    if button.startswith("mine/"):
        return MINE + button.removeprefix("mine/")
    return links.PREFERENCES.path(subscription, button)


PAIRS = [
    ("confirm", "erase"),
    ("erase", "confirm"),
    ("preferences", "erase"),
    ("erase", "erase"),
    ("erase", "mine/"),
    ("erase", "mine/address/"),
    ("erase", "mine/pause/"),
]


def test_what_was_erased_stays_erased(vera: User) -> None:
    for buttons in PAIRS:
        status = "pending" if "confirm" in buttons else "active"
        subscription = make_subscription(vera.email, status=status)
        addresses = [address_of(button, subscription) for button in buttons]
        assert set(answers(addresses, vera, lambda: None)) <= {200, 302, 404}, buttons
        assert not Subscription.objects.exists() and not ConsentEvent.objects.exists(), buttons


def test_who_starts_it_while_it_is_erased_has_it(vera: User) -> None:
    subscription = make_subscription(vera.email, status="unsubscribed", next_due_at=None)
    addresses = [links.PREFERENCES.path(subscription, "erase"), f"{MINE}start/"]
    assert answers(addresses, vera, lambda: None) == [302, 302]
    assert Subscription.objects.get().status == "active"


def test_a_digest_that_is_planned_meanwhile_is_erased_too(vera: User) -> None:
    edition = make_edition()
    subscription = make_subscription(vera.email)
    erase = links.PREFERENCES.path(subscription, "erase")
    plan = lambda: make_delivery(edition, subscription=subscription)  # noqa: E731
    assert answers([erase], vera, plan) == [302]
    assert not Delivery.objects.filter(subscription=subscription.pk).exists()
