"""The subscriber's own page, without an account."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from subscriptions import links
from subscriptions.models import Subscription
from tests.factories import make_rubric
from tests.subscriptions.rows import make_delivery, make_edition, make_subscription

pytestmark = pytest.mark.django_db

CHOICES: dict[str, Any] = {
    "language": "ru",
    "local_time": "19:00:00",
    "weekdays": ["0", "4"],
    "time_zone": "Europe/Riga",
    "rubrics": [],
}


@pytest.fixture
def subscription() -> Subscription:
    due = timezone.now() + timedelta(hours=1)
    return make_subscription("vera@example.org", next_due_at=due)


def save(client: Client, subscription: Subscription, **changes: Any) -> Any:
    return client.post(links.PREFERENCES.path(subscription), CHOICES | changes)


def test_everything_can_be_chosen(client: Client, subscription: Subscription) -> None:
    space = make_rubric("space")
    answer = save(client, subscription, rubrics=[space.pk])
    assert answer.url.startswith("/ru/subscriptions/preferences/")
    saved = Subscription.objects.get()
    assert (saved.language, saved.local_time, saved.weekdays) == ("ru", time(19), [0, 4])
    assert saved.time_zone == "Europe/Riga"
    assert list(saved.rubrics.all()) == [space]
    assert saved.next_due_at
    slot = saved.next_due_at.astimezone(saved.zone)
    assert (slot.hour, slot.weekday() in (0, 4)) == (19, True)


def test_a_changed_hour_brings_no_second_digest_on_the_day(
    client: Client, subscription: Subscription
) -> None:
    edition = make_edition(0, cut_at=timezone.now())
    make_delivery(edition, subscription=subscription, local_date=timezone.now().date())
    hour = (timezone.now() + timedelta(hours=2)).hour
    save(client, subscription, local_time=f"{hour:02}:00:00", time_zone="UTC")
    subscription.refresh_from_db()
    assert subscription.next_due_at - timezone.now() > timedelta(hours=17)


def test_other_changes_leave_the_next_digest_where_it_is(
    client: Client, subscription: Subscription
) -> None:
    same = {"local_time": "08:00:00", "weekdays": list(range(7)), "time_zone": "UTC"}
    save(client, subscription, **same)
    assert Subscription.objects.get().next_due_at == subscription.next_due_at


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekdays": []},
        {"weekdays": ["7"]},
        {"weekdays": ["-1", "x"]},
        {"local_time": "25:00"},
        {"local_time": "08:13:00"},
        {"local_time": "\0"},
        {"time_zone": "Mars/Base"},
        {"time_zone": "../etc"},
        {"language": "xx"},
        {"rubrics": ["999999"]},
        {"rubrics": ["x"]},
        {"rubrics": ["9" * 40]},
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    client: Client, subscription: Subscription, wrong: dict[str, Any]
) -> None:
    answer = save(client, subscription, **wrong)
    assert answer.status_code == 200
    assert next(iter(wrong)) in answer.context["form"].errors
    assert Subscription.objects.get().time_zone == "UTC"


def test_a_pause_stops_the_digest_and_ends_without_a_backlog(
    client: Client, subscription: Subscription
) -> None:
    token = links.PREFERENCES.token(subscription.pk)
    long_ago = timezone.now() - timedelta(days=30)
    Subscription.objects.update(covered_until=long_ago)
    client.post(f"/en/subscriptions/preferences/{token}/pause/")
    paused = Subscription.objects.get()
    assert (paused.status, paused.next_due_at) == ("paused", None)
    client.post(f"/en/subscriptions/preferences/{token}/resume/")
    resumed = Subscription.objects.get()
    assert resumed.status == "active"
    assert resumed.covered_until > timezone.now() - timedelta(days=2)


@pytest.mark.parametrize("act", ["", "pause/", "resume/"])
def test_looking_changes_nothing(client: Client, subscription: Subscription, act: str) -> None:
    before = Subscription.objects.values().get()
    client.get(links.PREFERENCES.path(subscription) + act)
    client.head(links.PREFERENCES.path(subscription) + act)
    assert Subscription.objects.values().get() == before


@pytest.mark.parametrize("status", ["pending", "unsubscribed", "suppressed"])
@pytest.mark.parametrize("act", ["", "pause/", "resume/"])
def test_only_a_running_subscription_is_changed(
    client: Client, subscription: Subscription, status: str, act: str
) -> None:
    Subscription.objects.update(status=status, next_due_at=None)
    before = Subscription.objects.values().get()
    client.post(links.PREFERENCES.path(subscription) + act, CHOICES)
    assert Subscription.objects.values().get() == before


def test_the_page_keeps_its_token_out_of_what_others_read(
    client: Client, subscription: Subscription
) -> None:
    page = client.get(links.PREFERENCES.path(subscription)).content.decode()
    head = page.partition("</head>")[0]
    assert links.PREFERENCES.token(subscription.pk) not in head
    assert 'content="noindex"' in head
