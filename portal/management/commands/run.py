"""`make run`: the whole portal on this machine, for development and for a first look."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import embedded, supervisor
from portal.supervisor import Child

DEMO_ACCOUNTS = "editor@example.org, moderator@example.org, reader@example.org"
DEMO_PASSWORD = "vestnik-demo"  # noqa: S105 - of the demo, printed for everybody


class Command(BaseCommand):
    help = "Run the whole portal: PostgreSQL and Valkey, web, worker, beat and a mail page."
    requires_system_checks = ()  # they need what this command starts; `migrate` runs them

    def add_arguments(self, parser: CommandParser) -> None:
        port = os.environ.get("PORT", "8000")
        parser.add_argument("--port", type=int, default=port, help="port of the site (PORT, 8000)")
        parser.add_argument("--no-demo", action="store_true", help="don't load demonstration data")

    def handle(self, *args: Any, port: int, no_demo: bool, **options: Any) -> None:
        os.chdir(settings.BASE_DIR)  # granian and celery import `portal` from here
        (embedded.VAR / "static").mkdir(parents=True, exist_ok=True)  # whitenoise looks there
        with embedded.lock(embedded.VAR / "run.lock") as is_ours:
            if not is_ours:
                raise CommandError(f"This checkout already runs at {_other_address()}.")
            _refuse_taken(port)
            try:
                with embedded.services():
                    _prepare(with_demo=not no_demo)
                    with _addresses(port) as addresses:
                        sys.exit(_serve(port, addresses, with_demo=not no_demo))
            except KeyboardInterrupt:
                sys.exit(130)


def _other_address() -> str:
    running = embedded.running_portal()
    return running["web"] if running else "an address it is about to print"


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(
                f"Port {port} is taken: stop what uses it or choose another with "
                f"PORT={port + 1} make run"
            ) from None


@contextmanager
def _addresses(port: int) -> Iterator[dict[str, str]]:
    """Decide on the addresses and tell them to our children and, by a file, to other commands.

    Only just before they are used, or somebody else may have taken the ports meanwhile.
    """
    addresses = {"web": f"http://127.0.0.1:{port}"}
    if not os.environ.get("EMAIL_URL"):
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{embedded.free_port()}"
        addresses["mail"] = f"http://127.0.0.1:{embedded.free_port(preferred=8025)}"
    addresses["email_url"] = os.environ["EMAIL_URL"]
    os.environ.setdefault("SITE_URL", addresses["web"])
    os.environ.setdefault("SERVE_FILES", "true")
    os.environ["PYTHONUNBUFFERED"] = "1"  # what the children say is shown when they say it
    record = embedded.VAR / "run.json"
    embedded.write_private(record, json.dumps(addresses))
    try:
        yield addresses
    finally:
        record.unlink(missing_ok=True)


def _prepare(*, with_demo: bool) -> None:
    print("Updating the database…", flush=True)
    _manage("migrate", "--noinput", "--verbosity=0")
    if with_demo:
        print("Loading the demonstration…", flush=True)
        _manage("load_demo")


def _serve(port: int, addresses: dict[str, str], *, with_demo: bool) -> int:
    announcement = threading.Thread(
        target=_announce, args=(port, addresses, with_demo), daemon=True
    )
    announcement.start()
    return supervisor.run(list(children(port, addresses)))


def _manage(*arguments: str) -> None:
    process = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        start_new_session=True,  # a Ctrl-C interrupts us, and we end it without its traceback
        preexec_fn=supervisor.die_with_parent(signal.SIGTERM),
    )
    if process.returncode:
        raise CommandError(f"manage.py {arguments[0]} failed.")


def children(port: int, addresses: dict[str, str]) -> Iterator[Child]:
    # Asked to stop while its workers start, granian waits for them until the kill timeout.
    granian = (
        f"-m granian --interface wsgi portal.wsgi:application --host 127.0.0.1 --port {port} "
        "--workers 2 --blocking-threads 2 --backpressure 32 --workers-kill-timeout 5 "
        "--no-ws --no-access-log"
    )
    worker = (
        "-m celery --quiet -A portal worker --loglevel info --concurrency 2 "
        "--queues celery,digest,pictures,feeds "
        "--without-mingle --without-gossip"  # there is no other worker to talk to
    )
    beat = "-m celery --quiet -A portal beat --loglevel info"
    commands = {"web": granian, "worker": worker, "beat": beat}
    gives_way = {"worker": ["nice", "-n", "10"]}  # whoever opens a page comes first
    if "mail" in addresses:
        smtp_port, http_port = (addresses[key].rpartition(":")[2] for key in ("email_url", "mail"))
        ports = f"--smtp-port {smtp_port} --http-port {http_port}"
        commands["mail"] = f"-m portal.mail_sink {ports} --folder var/mail"
    for name, command in commands.items():
        yield Child(name, [*gives_way.get(name, []), sys.executable, *command.split()])


def _announce(port: int, addresses: dict[str, str], with_demo: bool) -> None:
    while not _is_live(port):
        time.sleep(0.1)
    lines = ["", f"  Vestnik is at {addresses['web']}/"]
    if "mail" in addresses:
        lines.append(f"  Its mail is at {addresses['mail']}/")
    if with_demo:
        lines.append(f"  Accounts: {DEMO_ACCOUNTS}; password: {DEMO_PASSWORD}")
    print("\n".join([*lines, "  Ctrl-C stops everything.", ""]), flush=True)


def _is_live(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
