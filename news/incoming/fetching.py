"""Asks a server for a feed, and takes no more of its answer than is good for us.

http.client rather than a library above it: here it must be known which address is connected to,
and every wait counts against one deadline, from the first byte of a header to the last of the body.
"""

import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from gzip import BadGzipFile, GzipFile
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri

from news.connections import Connection, Deadline
from news.incoming.addresses import PrivateAddress, UnknownHost, addresses_of
from news.models import IncomingFeed

DEADLINE = 30  # seconds, for all of it
MOST_BYTES = 5 * 2**20  # unpacked
MOST_REDIRECTS = 5
LONGEST_WAIT = timedelta(days=7)
_CHUNK = 2**16
_PERMANENT = (301, 308)
_REDIRECTS = (*_PERMANENT, 302, 303, 307)

Trouble = IncomingFeed.Trouble


class FetchFailed(Exception):
    """There is no feed to be had; `trouble` says why, `detail` more of it, for an editor."""

    def __init__(self, trouble: Trouble, detail: object = "", retry_after: str = "") -> None:
        super().__init__(f"{trouble}: {detail}")
        self.trouble, self.detail = trouble, str(detail)[:300]
        self.retry_at = _retry_at(retry_after)


@dataclass(frozen=True)
class Answer:
    """What a server answered. Without a body where nothing has changed since the last time."""

    url: str
    headers: Message
    body: bytes | None
    moved_to: str = ""


def fetch(url: str, etag: str = "", last_modified: str = "") -> Answer:
    """The feed at `url`, if it isn't the one that the two say. Raises FetchFailed."""
    deadline = Deadline(DEADLINE)
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    is_moved, start = True, url
    for _hop in range(MOST_REDIRECTS + 1):
        with _asking(url, asked, deadline) as response:
            if response.status not in _REDIRECTS:
                moved_to = url if is_moved and url != start else ""
                return _answer(url, response, bool(etag or last_modified), moved_to)
            is_moved = is_moved and response.status in _PERMANENT
            url = _next_url(url, response)
    raise FetchFailed(Trouble.REDIRECTS, url)


def _next_url(url: str, response: HTTPResponse) -> str:
    place = response.getheader("Location", "")
    if not place:
        raise FetchFailed(Trouble.REDIRECTS, response.status)
    try:
        return urljoin(url, place)
    except ValueError:
        raise FetchFailed(Trouble.REDIRECTS, place) from None


@contextmanager
def _asking(url: str, asked: dict[str, str], deadline: Deadline) -> Iterator[HTTPResponse]:
    """The response to one request. Whatever goes wrong with it becomes a FetchFailed."""
    connection, path = _connection(url, deadline)
    headers = {
        "User-Agent": f"Vestnik (+{settings.SITE_URL})",
        "Accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.1",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    try:
        asked = {name: value for name, value in asked.items() if value}
        connection.request("GET", path, headers=headers | asked)
        with connection.getresponse() as response:
            yield response
    except (OSError, HTTPException, ValueError) as error:
        raise _failed(error) from error
    finally:
        connection.close()


def _failed(error: Exception) -> FetchFailed:
    for kind, trouble in (
        (UnknownHost, Trouble.UNKNOWN_HOST),
        (PrivateAddress, Trouble.PRIVATE),
        (TimeoutError, Trouble.TOO_SLOW),
        (ssl.SSLCertVerificationError, Trouble.CERTIFICATE),
        (OSError, Trouble.UNREACHABLE),
    ):
        if isinstance(error, kind):
            return FetchFailed(trouble, "" if kind is TimeoutError else error)
    return FetchFailed(Trouble.GARBLED, type(error).__name__)


def _connection(url: str, deadline: Deadline) -> tuple[Connection, str]:
    try:
        parts = urlsplit(iri_to_uri(url))
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        host = (urlsplit(url).hostname or "").encode("idna").decode()
    except (ValueError, KeyError):
        raise FetchFailed(Trouble.REDIRECTS, url) from None
    if not host or parts.username or parts.password:
        raise FetchFailed(Trouble.REDIRECTS, url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = Connection(
        host, port, deadline, is_secure=parts.scheme == "https", places=addresses_of
    )
    return connection, path


def _answer(url: str, response: HTTPResponse, may_be_unchanged: bool, moved_to: str) -> Answer:
    if response.status == 304 and may_be_unchanged:
        return Answer(url, response.headers, None, moved_to)
    if response.status == 410:
        raise FetchFailed(Trouble.GONE)
    if response.status != 200:
        wait = response.getheader("Retry-After", "")
        raise FetchFailed(Trouble.STATUS, response.status, wait)
    return Answer(url, response.headers, _body(response), moved_to)


def _body(response: HTTPResponse) -> bytes:
    """All of it or nothing: an item that was cut off would stay so for ever."""
    packing = response.getheader("Content-Encoding", "identity").strip().lower()
    stream: Any = response
    if packing in ("gzip", "x-gzip"):
        stream = GzipFile(fileobj=response)
    elif packing not in ("identity", ""):
        raise FetchFailed(Trouble.GARBLED, packing)
    try:
        body = b"".join(_limited(stream))
    except (EOFError, zlib.error, BadGzipFile) as error:
        raise FetchFailed(Trouble.GARBLED, error) from None
    if stream is response and response.length:
        raise FetchFailed(Trouble.GARBLED, f"- {response.length} B")
    return body


def _limited(stream: Any) -> Iterator[bytes]:
    """In small pieces, so that it never unfolds further than it may."""
    got = 0
    while chunk := stream.read(_CHUNK):
        got += len(chunk)
        if got > MOST_BYTES:
            raise FetchFailed(Trouble.TOO_LARGE, f"> {MOST_BYTES // 2**20} MiB")
        yield chunk


def _retry_at(header: str) -> datetime | None:
    """When a server wants to be asked again (RFC 9110, 10.2.3): a number of seconds, or a date."""
    now = datetime.now(UTC)
    try:
        if header.strip().isascii() and header.strip().isdigit():
            wait = timedelta(seconds=min(int(header[:20]), LONGEST_WAIT.total_seconds()))
        else:
            moment = parsedate_to_datetime(header)
            wait = moment.replace(tzinfo=moment.tzinfo or UTC) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return now + min(wait, LONGEST_WAIT) if wait > timedelta(0) else None
