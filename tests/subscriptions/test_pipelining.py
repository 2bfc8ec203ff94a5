"""A server that takes MAIL, RCPT and DATA in one packet, as large ones do: the same outcomes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from benchmarks import smtp_sink
from subscriptions.models import Subscription
from subscriptions.tasks import send_edition
from tests.subscriptions.rows import make_edition, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[smtp_sink.Sink]:
    with smtp_sink.running(tmp_path, smtp_sink.Script(stall=2.0)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 1
        yield server


def test_everybody_gets_the_mail_once(server: smtp_sink.Sink) -> None:
    edition = make_edition(5)
    send_edition(edition.pk)
    assert set(states(edition)) == {"sent"}
    sent = [("accepted", delivery.message_id) for delivery in edition.deliveries.order_by("pk")]
    assert server.events() == sent


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("4xx", ["retry", "retry"]),
        ("5xx", ["failed", "failed"]),
        ("421", ["queued", "queued"]),
        ("reset", ["queued", "queued"]),
        ("stall", ["uncertain", "queued"]),
        ("withheld", ["uncertain", "queued"]),
    ],
)
def test_each_fault_has_its_outcome(
    server: smtp_sink.Sink, fault: str, expected: list[str]
) -> None:
    edition = make_edition(2)
    server.misbehave({fault: 1.0})
    send_edition(edition.pk)
    assert states(edition) == expected


@pytest.mark.parametrize("address", ["vera@пример.рф", "vera>@example.org", "ve ra@example.org"])
def test_an_address_that_smtp_cannot_write_to_fails_and_holds_up_nobody(
    server: smtp_sink.Sink, address: str
) -> None:
    edition = make_edition(2)
    first = edition.deliveries.order_by("pk")[0].subscription_id
    Subscription.objects.filter(pk=first).update(email=address)
    send_edition(edition.pk)
    send_edition(edition.pk)
    assert states(edition) == ["failed", "sent"]
