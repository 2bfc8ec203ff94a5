"""Browsers that report views: with little work of their own, since they share the machine."""

import re
import socket
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tqdm import tqdm

BROWSERS = 4  # connections at the same time, each with some requests on their way
AT_ONCE = 10
_PART = 500  # views between two steps of the progress bar
_STATUS = re.compile(rb"HTTP/1\.1 (\d+)")


def send(port: int, views: int, articles: int, first_reader: int) -> Counter[int]:
    """Report `views` of articles 1 to `articles`, each by a reader of its own.

    Returns how many were answered, by article.
    """
    starts = range(first_reader, first_reader + views, _PART)
    ends = [min(start + _PART, first_reader + views) for start in starts]
    answered: Counter[int] = Counter()
    with (
        ProcessPoolExecutor(BROWSERS) as pool,
        tqdm(total=views, desc="looked at", unit=" views", leave=False) as bar,
    ):
        parts = pool.map(_send_part, [port] * len(starts), [articles] * len(starts), starts, ends)
        for part in parts:
            answered += part
            bar.update(sum(part.values()))
    return answered


def _send_part(port: int, articles: int, start: int, end: int) -> Counter[int]:
    answered: Counter[int] = Counter()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        for at in range(start, end, AT_ONCE):
            readers = range(at, min(at + AT_ONCE, end))
            connection.sendall(b"".join(_request(reader, articles) for reader in readers))
            for reader in readers[: _answers(connection, len(readers))]:
                answered[reader % articles + 1] += 1
    return answered


def _request(reader: int, articles: int) -> bytes:
    address = ".".join(str(reader >> shift & 255) for shift in (24, 16, 8, 0))
    return (
        f"POST /beacon/{reader % articles + 1}.gif HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0\r\n"
        f"X-Forwarded-For: {address}\r\nContent-Length: 0\r\n\r\n"
    ).encode()


def _answers(connection: socket.socket, wanted: int) -> int:
    """How many of the `wanted` answers there are, all of them 204 or it is an error."""
    received = b""
    while received.count(b"\r\n\r\n") < wanted:
        data = connection.recv(65536)
        if not data:
            break
        received += data
    statuses = _STATUS.findall(received)
    assert set(statuses) <= {b"204"}, statuses
    return len(statuses)
