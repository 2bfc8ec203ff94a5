"""A server that speaks LibreTranslate's API, and answers wrongly where a test tells it to."""

import json
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.news.feed_server import Reply, running, send


class TranslatorServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.questions: list[dict[str, Any]] = []
        self.reply: Reply | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: TranslatorServer

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != "/translate":
            send(self, Reply(status=404))
            return
        question = json.loads(sent)
        self.server.questions.append(question)
        send(self, self.server.reply or Reply(json.dumps(_answer(question)).encode()))

    def log_message(self, *args: object) -> None:
        pass


def _answer(question: dict[str, Any]) -> dict[str, str]:
    """Each text with its new language before it, HTML with something that has no place there."""
    mark = f"[{question['target']}] "
    if question["format"] == "html":
        mark = f"<p onclick='x()'>{mark}</p><script>x()</script>"
    return {"translatedText": mark + question["q"]}


def running_translator() -> AbstractContextManager[TranslatorServer]:
    return running(TranslatorServer())
