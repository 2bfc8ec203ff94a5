"""A sender is killed (-9) while the server holds its message: one uncertain mail, no doubt else."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from subscriptions import reaper
from subscriptions.models import Delivery
from subscriptions.tasks import send_edition
from tests.subscriptions.rows import make_edition, states
from tests.subscriptions.sink import Sink

SENDER = """
import django; django.setup()
from subscriptions.tasks import send_edition
send_edition({edition})
"""


def start_sender(edition: int, port: int) -> "subprocess.Popen[bytes]":
    database = connection.settings_dict
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    code = SENDER.format(edition=edition)
    return subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=settings.BASE_DIR)


@pytest.mark.django_db(transaction=True)
def test_a_message_in_the_hands_of_a_killed_sender_is_uncertain_and_not_sent_again(
    sink: Sink,
) -> None:
    edition = make_edition(5)
    reached, killed = threading.Event(), threading.Event()

    def on_data(recipient: str) -> None:
        if len(sink.accepted) == 2:  # the third message has arrived; its answer never will
            reached.set()
            killed.wait(30)

    sink.on_data = on_data
    sender = start_sender(edition.pk, settings.EMAIL_PORT)
    try:
        assert reached.wait(60)
    finally:
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        killed.set()
    assert states(edition) == ["sent", "sent", "sending", "claimed", "claimed"]
    reaper.reap(timezone.now() + timedelta(hours=1))
    assert states(edition) == ["sent", "sent", "uncertain", "queued", "queued"]
    send_edition(edition.pk)
    assert states(edition) == ["sent", "sent", "uncertain", "sent", "sent"]
    assert Delivery.objects.get(state="uncertain").subscription.email not in sink.recipients[3:]
