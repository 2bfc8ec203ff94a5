"""The digest by hand."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from subscriptions.models import Delivery, Edition, Subscription
from tests.factories import make_article
from tests.subscriptions.rows import make_edition, make_subscription
from tests.subscriptions.sink import Sink

pytestmark = pytest.mark.django_db


def digest(*args: Any) -> str:
    out = StringIO()
    call_command("digest", *map(str, args), stdout=out)
    return out.getvalue()


@pytest.fixture
def subscription() -> Subscription:
    now = timezone.now()
    make_article("Probe lands", published_at=now - timedelta(hours=1))
    return make_subscription(
        "vera@example.org",
        next_due_at=now + timedelta(hours=5),
        covered_until=now - timedelta(days=1),
    )


def test_preview_prints_the_digest_and_saves_nothing(subscription: Subscription) -> None:
    assert "Probe lands" in digest("preview", "Vera@example.org")
    assert "<h2" in digest("preview", "vera@example.org", "--html")
    assert not Edition.objects.exists()


def test_one_subscriber_can_be_served_by_hand(subscription: Subscription, sink: Sink) -> None:
    assert "queued=0" in digest("plan")
    assert "queued=1" in digest("plan", "--address", "vera@example.org")
    assert "sent=1" in digest("send")
    assert sink.recipients == ["vera@example.org"]
    assert "queued=0" in digest("plan", "--address", "vera@example.org")
    assert Delivery.objects.count() == 1


def test_an_edition_is_paused_resumed_and_cancelled() -> None:
    edition = make_edition()
    assert "paused" in digest("pause", edition.pk)
    assert "sending" in digest("resume", edition.pk)
    assert "cancelled" in digest("cancel", edition.pk)
    with pytest.raises(CommandError):
        digest("resume", edition.pk)


def test_the_report_names_editions_and_outcomes() -> None:
    make_edition(2)
    report = digest("report")
    assert "active=2" in report
    assert "queued=2" in report


@pytest.mark.parametrize(
    "args",
    [
        ("preview", "nobody@example.org"),
        ("preview", "\n"),
        ("plan", "--address", "nobody@example.org"),
        ("pause", 999),
        ("pause", "x"),
        ("dance",),
        (),
    ],
)
def test_what_cannot_be_done_is_said(args: tuple[Any, ...]) -> None:
    with pytest.raises(CommandError):
        digest(*args)
