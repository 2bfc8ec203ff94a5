"""Both buttons of a change of address, pressed at the same moment by several hands."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from subscriptions import links
from subscriptions.models import Subscription
from tests.subscriptions.rows import make_address_change, make_subscription

pytestmark = pytest.mark.django_db(transaction=True)


def press(path: str) -> int:
    try:
        return Client().post(path).status_code
    finally:
        connection.close()


def test_it_moves_once_and_nobody_sees_an_error() -> None:
    subscription = make_subscription("vera@example.org")
    change = make_address_change(subscription, new_email="vera@example.net")
    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(press, [links.CONFIRM_ADDRESS.path(change)] * 8))
    assert answers == [200] * 8
    moved = Subscription.objects.get()
    assert (moved.email, moved.consent_events.count()) == ("vera@example.net", 1)


def test_agreeing_and_objecting_at_once_leave_one_digest() -> None:
    subscription = make_subscription("vera@example.org")
    change = make_address_change(subscription, new_email="vera@example.net")
    paths = [links.CONFIRM_ADDRESS.path(change), links.KEEP_ADDRESS.path(change)] * 3
    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(press, paths))
    assert set(answers) <= {200, 404}
    assert Subscription.objects.get().email == "vera@example.org"
