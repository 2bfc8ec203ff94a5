"""Tokens open the page they were made for, and no other; forged ones open nothing."""

from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subscriptions import links
from subscriptions.models import Subscription
from tests.subscriptions.rows import make_subscription

pytestmark = pytest.mark.django_db

PURPOSES = [links.CONFIRM, links.PREFERENCES, links.UNSUBSCRIBE, links.RESUBSCRIBE]
PAGES = ["confirm", "preferences", "unsubscribe", "resubscribe"]


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_token_opens_its_page(client: Client, purpose: links.Purpose) -> None:
    assert client.get(purpose.path(make_subscription())).status_code == 200


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_token_opens_no_other_page(client: Client, purpose: links.Purpose) -> None:
    subscription = make_subscription()
    token = purpose.token(subscription.pk)
    for page in set(PAGES) - {purpose.page}:
        answer = client.post(f"/en/subscriptions/{page}/{token}/")
        assert answer.status_code == 404
        assert "Nothing has been changed" in answer.content.decode()
    assert Subscription.objects.get().status == "active"


def test_a_token_with_another_number_opens_nothing(client: Client) -> None:
    one, other = make_subscription(), make_subscription()
    signature = links.UNSUBSCRIBE.token(one.pk).partition(".")[2]
    number = links.UNSUBSCRIBE.token(other.pk).partition(".")[0]
    assert client.post(f"/en/subscriptions/unsubscribe/{number}.{signature}/").status_code == 404
    assert Subscription.objects.active().count() == 2


def test_a_token_of_an_erased_subscription_opens_nothing(client: Client) -> None:
    subscription = make_subscription()
    url = links.PREFERENCES.path(subscription)
    subscription.delete()
    assert client.get(url).status_code == 404


def test_tokens_outlive_a_change_of_the_key(client: Client, settings: object) -> None:
    purpose = links.Purpose("unsubscribe")
    subscription = make_subscription()
    token = purpose.token(subscription.pk)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]
    settings.SECRET_KEY = "another" * 8  # type: ignore[attr-defined]
    assert links.Purpose("unsubscribe").subscription(token) == subscription


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(page=st.sampled_from(PAGES), token=st.text(min_size=1, max_size=80))
def test_no_text_is_a_token(client: Client, page: str, token: str) -> None:
    for method in (client.get, client.post):
        answer = method(f"/en/subscriptions/{page}/{quote(token, safe='')}/")
        assert answer.status_code in (400, 404, 410)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(position=st.integers(0, 200), letter=st.sampled_from("aZ0-_.:é"))
def test_no_altered_token_is_one(client: Client, position: int, letter: str) -> None:
    subscription = make_subscription()
    token = links.UNSUBSCRIBE.token(subscription.pk)
    position %= len(token)
    altered = token[:position] + letter + token[position + 1 :]
    if altered != token:
        client.post(f"/en/subscriptions/unsubscribe/{altered}/")
    subscription.refresh_from_db()
    assert subscription.status == "active"
