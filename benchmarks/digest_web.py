"""How long pages take while the digest is sent, against the same pages while it is not: p95.

Granian and a Celery worker, as `manage.py run` starts them. Requests come at a fixed rate, whether
or not the last one was answered, so that a queue counts as waiting: by visitors, whose pages are
kept, and by a reader who is logged in, whose pages are made anew. Quiet rounds and rounds with a
run alternate. The mail server stands for one on another machine: it takes what processor is left.
"""

import argparse
import http.client
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from statistics import median, quantiles

from tqdm import tqdm

from benchmarks import smtp_sink
from benchmarks.digest_rows import add_recipients, an_edition
from benchmarks.serving import portal, wait_for
from portal.embedded import free_port
from portal.management.commands.run import children
from portal.supervisor import Child, die_with_parent

_BROWSERS = 16
_MOST_PER_SECOND = 1_000  # digests of one sender, while pages are asked for
_KINDS = ("visitor", "reader")
_LINE = len("accepted <digest.@example.org>\n") + 32  # of the mail server's book

Times = list[tuple[str, float]]  # kinds of requests, and their milliseconds


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=12, help="of each round, quiet or not")
    parser.add_argument("--rate", type=float, default=10.0, help="requests a second")
    parser.add_argument("--pace", type=float, default=0.0, help="seconds that each mail takes")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="vestnik-bench-") as name,
        smtp_sink.running(Path(name), smtp_sink.Script(pace=options.pace)) as sink,
    ):
        os.setpriority(os.PRIO_PROCESS, sink.pid or 0, 19)
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
        with portal():
            run = Run(sink, options.rounds * (options.seconds + 3))
            with _processes() as port:
                browsers = Browsers(port, options.rate, options.seconds)
                print(_measure(browsers, run, options.rounds))


def _measure(browsers: "Browsers", run: "Run", rounds: int) -> str:
    browsers.look()  # warm
    quiet: Times = []
    during: Times = []
    speeds = []
    for _ in tqdm(range(rounds), desc="rounds"):
        quiet += browsers.look()
        with run.going_on():
            start, before = time.monotonic(), run.sent()
            during += browsers.look()
            speeds.append((run.sent() - before) / (time.monotonic() - start))
    figures = {"web_p95_during_over_quiet": f"{_p95(during) / _p95(quiet):.2f}"}
    for kind in _KINDS:
        in_quiet, in_run = _p95(quiet, kind), _p95(during, kind)
        figures[f"{kind}_p95_during_over_quiet"] = f"{in_run / in_quiet:.2f}"
        figures[f"{kind}_p95_quiet_ms"] = f"{in_quiet:.1f}"
    figures |= {"requests": str(len(during)), "digests_per_second": f"{median(speeds):.0f}"}
    return " ".join(f"{name}={figure}" for name, figure in figures.items())


def _p95(times: Times, kind: str = "") -> float:
    return quantiles((ms for name, ms in times if kind in ("", name)), n=20)[-1]


class Run:
    """A digest that can be sent for a while, and stops when told to."""

    def __init__(self, sink: smtp_sink.Sink, seconds: int) -> None:
        from django.core.management import call_command
        from django.db import connection

        call_command("load_demo", verbosity=0)
        self._sink, self._edition = sink, an_edition()
        add_recipients(self._edition, seconds * _MOST_PER_SECOND)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        self._edition.pause()

    def sent(self) -> int:
        return self._sink.log.stat().st_size // _LINE

    @contextmanager
    def going_on(self) -> Iterator[None]:
        from subscriptions import tasks

        before = self.sent()
        self._edition.resume()
        tasks.tick.delay()
        _wait_until(lambda: self.sent() > before)
        yield
        assert self._edition.deliveries.waiting().exists(), "the digest was over before the round"
        self._edition.pause()
        _wait_until(lambda: not self._edition.deliveries.in_hands().exists())


def _wait_until(is_so: Callable[[], bool]) -> None:
    for _ in range(300):
        if is_so():
            return
        time.sleep(0.1)
    raise TimeoutError("the worker does nothing")


class Browsers:
    """Requests at a fixed rate, by turns of a visitor and of a reader."""

    def __init__(self, port: int, rate: float, seconds: int) -> None:
        self._port, self._rate, self._seconds = port, rate, seconds
        self._own = threading.local()
        kinds: list[tuple[str, dict[str, str]]] = [("visitor", {}), ("reader", _logged_in())]
        self._visits = [(kind, url, more) for url in _pages() for kind, more in kinds]

    def look(self) -> Times:
        """One round: each request at its moment."""
        start = time.perf_counter() + 0.2
        moments = [start + n / self._rate for n in range(int(self._rate * self._seconds))]
        with ThreadPoolExecutor(_BROWSERS) as pool:
            return list(pool.map(self._request, count(), moments))

    def _request(self, number: int, moment: float) -> tuple[str, float]:
        kind, url, headers = self._visits[number % len(self._visits)]
        time.sleep(max(moment - time.perf_counter(), 0))
        connection = self._connection()
        connection.request("GET", url, headers={"Accept-Encoding": "gzip", **headers})
        response = connection.getresponse()
        response.read()
        assert response.status == 200, f"{url} answered {response.status}"
        return kind, (time.perf_counter() - moment) * 1000

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._own, "connection"):
            self._own.connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        return self._own.connection


def _pages() -> list[str]:
    from news.models import Article

    discussed = Article.objects.published().in_language("en").filter(comment_count__gte=20)
    article = discussed.order_by("pk")[0]
    return ["/en/", f"/en/articles/{article.pk}-{article.slug}/", "/en/articles/", "/en/digests/"]


def _logged_in() -> dict[str, str]:
    """The cookie of the demo's reader."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    client.force_login(get_user_model().objects.get(username="reader"))
    return {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}


@contextmanager
def _processes() -> Iterator[int]:
    """Web and worker; yields the port."""
    port = free_port()
    with ExitStack() as stack:
        for child in children(port, {}):
            if child.name != "beat":
                stack.enter_context(_process(child))
        wait_for(port)
        yield port


@contextmanager
def _process(child: Child) -> Iterator[None]:
    process = subprocess.Popen(child.argv, preexec_fn=die_with_parent(signal.SIGKILL))
    try:
        yield
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
