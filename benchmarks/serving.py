"""What benchmarks share: a portal of their own, the web server, and clients that hurry."""

import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from portal import embedded
from portal.embedded import VAR

WORKERS, CLIENTS = 2, 4


@contextmanager
def portal(keep: Path | None = None) -> Iterator[None]:
    """A private PostgreSQL and Valkey with the tables in it, and Django set up on them.

    Their data are thrown away afterwards, or kept in a folder, to be found by the next run.
    """
    with tempfile.TemporaryDirectory(prefix="vestnik-bench-") as folder:
        Path(folder).chmod(0o755)
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        os.environ |= {
            "SECRET_KEY": "only-for-benchmarks-" + "x" * 40,
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "SERVE_FILES": "true",
            "MEDIA_ROOT": f"{folder}/media",
            "LOG_LEVEL": "ERROR",
        }
        with embedded.services(None if keep else Path(folder) / "services", var=keep or VAR):
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0)
            yield


@contextmanager
def web_server(**settings: str) -> Iterator[int]:
    """Granian as in production, with `settings` besides the environment's; yields its port."""
    port = embedded.free_port()
    command = (
        f"-m granian --interface wsgi portal.wsgi:application --port {port} --workers {WORKERS} "
        "--blocking-threads 1 --backpressure 32 --workers-kill-timeout 5 --no-ws --log-level error"
    )
    process = subprocess.Popen([sys.executable, *command.split()], env=os.environ | settings)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            return _get(http.client.HTTPConnection("127.0.0.1", port), "/health/live")
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the web server does not answer")


def requests_per_second(port: int, url: str, seconds: float) -> float:
    """Of all clients together, each over one connection that stays open."""

    def hurry(_client: int) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        done, until = 0, time.perf_counter() + seconds
        while time.perf_counter() < until:
            _get(connection, url)
            done += 1
        connection.close()
        return done

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(hurry, range(CLIENTS))) / seconds


def _get(connection: http.client.HTTPConnection, url: str) -> None:
    connection.request("GET", url)
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise RuntimeError(f"{url} answered {response.status}")
