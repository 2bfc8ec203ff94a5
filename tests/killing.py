"""Programs of the portal in a process of their own; some are killed (-9) in mid-message."""

import os
import signal
import subprocess
import sys
import threading

from django.conf import settings
from django.db import connection

from tests.subscriptions.sink import Sink


def start(program: str) -> "subprocess.Popen[bytes]":
    """Python with Django set up, on the test's database and its mail server."""
    database = connection.settings_dict
    environment = {
        **os.environ,
        "DATABASE_URL": "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database),
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    command = [sys.executable, "-c", f"import django; django.setup()\n{program}"]
    return subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)


def kill_in_mid_message(program: str, sink: Sink, accepted: int) -> None:
    """Run it until the server has its message after so many; the answer to that never comes."""
    reached, killed = threading.Event(), threading.Event()

    def on_data(recipient: str) -> None:
        if len(sink.accepted) == accepted:
            reached.set()
            killed.wait(30)

    sink.on_data = on_data
    sender = start(program)
    try:
        assert reached.wait(60)
    finally:
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        killed.set()
