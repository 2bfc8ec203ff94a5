"""One size of the portal: a database of its own, and a process that answers for it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple


class Answer(NamedTuple):
    queries: int
    bytes: int  # compressed, as browsers and robots get it


class Site:
    """Talks to its process; each call waits for the answer."""

    def __init__(self, name: str, pipe: Connection) -> None:
        self.name = name
        self._pipe = pipe

    def fill(self, articles: int, comments: int) -> None:
        self._ask("fill", articles, comments, self.name)

    def pages(self) -> dict[str, list[str]]:
        return self._ask("pages")

    def answer(self, url: str) -> Answer:
        return Answer(*self._ask("answer", url))

    def seconds(self, url: str) -> float:
        return float(self._ask("seconds", url))

    def _ask(self, *what: Any) -> Any:
        self._pipe.send(what)
        result = self._pipe.recv()
        if isinstance(result, Exception):
            raise result
        return result


@contextmanager
def site(name: str, database_url: str) -> Iterator[Site]:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    environment = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "benchmarks.uncached"}
    process = context.Process(target=_serve, args=(theirs, environment), daemon=True)
    process.start()
    try:
        yield Site(name, ours)
    finally:
        ours.close()
        process.join(10)
        process.kill()


def _serve(pipe: Connection, environment: dict[str, str]) -> None:
    os.environ |= environment
    import django

    django.setup()
    while True:
        try:
            verb, *arguments = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            pipe.send(_VERBS[verb](*arguments))
        except Exception as error:
            pipe.send(RuntimeError(f"{verb} {arguments}: {error!r}"))


def _fill(articles: int, comments: int, title: str) -> None:
    from benchmarks.growth_rows import fill
    from news.models import Article

    if not Article.objects.exists():
        fill(articles, comments, title)


def _pages() -> dict[str, list[str]]:
    from benchmarks.growth_pages import pages

    return pages()


def _answer(url: str) -> tuple[int, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        size = _get(url)[1]
    return len(queries), size


def _seconds(url: str) -> float:
    return _get(url)[0]


def _get(url: str) -> tuple[float, int]:
    """(seconds of the processor, size of the answer)"""
    start = _processor_seconds()
    response = client().get(url)
    seconds = _processor_seconds() - start
    if response.status_code != 200:
        raise RuntimeError(f"answered {response.status_code}")
    return seconds, len(response.content)


@cache
def client() -> Any:
    """One for all, since a client's first request sets the middleware up."""
    from django.test import Client

    return Client(headers={"host": "127.0.0.1", "accept-encoding": "gzip"})


def _processor_seconds() -> float:
    """Of this process and of its one backend of PostgreSQL."""
    from django.db import connection

    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    nanoseconds = Path(f"/proc/{backend}/schedstat").read_text().split()[0]
    return time.process_time() + int(nanoseconds) / 1e9


_VERBS = {"fill": _fill, "pages": _pages, "answer": _answer, "seconds": _seconds}
