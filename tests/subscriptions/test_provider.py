"""Through a provider's API instead of SMTP: django-anymail against a real HTTP server."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote_plus

import pytest
from pytest_django import Settings

from subscriptions.tasks import send_edition
from tests.subscriptions.rows import make_edition, states

pytestmark = pytest.mark.django_db


class Api(BaseHTTPRequestHandler):
    """Mailgun's, as far as it is used."""

    status = 200
    bodies: list[str] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode(errors="replace")
        self.bodies.append(unquote_plus(body))
        answer = json.dumps({"id": "<1@x>", "message": "Queued. Thank you."}).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def api(settings: Settings) -> Iterator[type[Api]]:
    Api.status, Api.bodies = 200, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.ANYMAIL = {
        "MAILGUN_API_KEY": "key",
        "MAILGUN_SENDER_DOMAIN": "example.org",
        "MAILGUN_API_URL": f"http://127.0.0.1:{server.server_port}/v3",
    }
    yield Api
    server.shutdown()
    server.server_close()


def test_a_provider_gets_the_whole_message(api: type[Api]) -> None:
    edition = make_edition(2)
    send_edition(edition.pk)
    assert states(edition) == ["sent", "sent"]
    delivery = edition.deliveries.order_by("pk")[0]
    for part in ("List-Unsubscribe-Post", delivery.message_id, delivery.subscription.email, "<h2"):
        assert part in api.bodies[0]


@pytest.mark.parametrize(
    ("status", "expected", "state"),
    [
        (401, ["queued", "queued"], "attention"),
        (429, ["queued", "queued"], "sending"),
        (400, ["failed", "failed"], "sending"),
        (500, ["uncertain", "queued"], "sending"),
    ],
)
def test_what_a_provider_answers_is_understood(
    api: type[Api], status: int, expected: list[str], state: str
) -> None:
    edition = make_edition(2)
    api.status = status
    send_edition(edition.pk)
    edition.refresh_from_db()
    assert (states(edition), edition.state) == (expected, state)


def test_without_a_connection_everything_stays_queued(api: type[Api], settings: Settings) -> None:
    settings.ANYMAIL["MAILGUN_API_URL"] = "http://127.0.0.1:1/v3"
    edition = make_edition(2)
    send_edition(edition.pk)
    assert states(edition) == ["queued", "queued"]
