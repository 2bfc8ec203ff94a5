"""A server of other people's feeds that answers as a test tells it to."""

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

S = TypeVar("S", bound=ThreadingHTTPServer)


@dataclass
class Reply:
    """`body` is sent piece by piece, with `pause` seconds after each."""

    body: bytes | Iterator[bytes] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0


class FeedServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: dict[str, Any] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []

    def url(self, path: str = "/feed", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}{path}"

    def says(self, body: Any = b"", path: str = "/feed", **options: Any) -> str:
        """From now on this is at `path`. Returns its address."""
        content = body.encode() if isinstance(body, str) else body
        self.replies[path] = Reply(content, **options)
        return self.url(path)

    def asked(self, path: str = "/feed") -> list[dict[str, str]]:
        """The headers of each request so far."""
        return [headers for place, headers in self.requests if place == path]


class _Handler(BaseHTTPRequestHandler):
    server: FeedServer

    def do_GET(self) -> None:
        self.server.requests.append((self.path, dict(self.headers)))
        send(self, self.server.replies.get(self.path, Reply(status=404)))

    def log_message(self, *args: object) -> None:
        pass


def send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    if isinstance(reply.body, bytes) and "Content-Length" not in reply.headers:
        handler.send_header("Content-Length", str(len(reply.body)))
    handler.end_headers()
    try:
        for piece in [reply.body] if isinstance(reply.body, bytes) else reply.body:
            handler.wfile.write(piece)
            time.sleep(reply.pause)
    except OSError:
        pass  # nobody listens any more


@contextmanager
def running(server: S) -> Iterator[S]:
    """Answers in a thread of its own."""
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def running_feed_server() -> AbstractContextManager[FeedServer]:
    return running(FeedServer())


def rss(*items: str, head: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Agency</title>'
        f"{head}{''.join(items)}</channel></rss>"
    )


def item(number: int = 1, **parts: str) -> str:
    """An item of RSS; a part that is empty is left out."""
    parts = {
        "title": f"Probe number {number} lands on the far side of the Moon",
        "link": f"https://agency.example/news/{number}",
        "guid": f"agency-{number}",
        "pubDate": f"Thu, 05 Nov 2026 08:{number % 60:02}:00 GMT",
        "description": f"Engineers tell of landing number {number} and what comes after it.",
    } | parts
    return "".join(
        ["<item>", *(f"<{name}>{text}</{name}>" for name, text in parts.items() if text), "</item>"]
    )
