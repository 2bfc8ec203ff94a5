"""A mail server that delivers to nobody, and a page that shows what it took: for development.

Both listen on 127.0.0.1, so only this machine reaches them. The page answers under that name and
localhost only, so that a web page from elsewhere can neither read the mail nor clear it.
"""

from __future__ import annotations

import argparse
import re
import threading
import time
from collections import deque
from contextlib import suppress
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.policy import default as email_policy
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT = 1000
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"  # links work, in another tab; no more
LINK = re.compile(r"""(https?://[^\s<>"]*[^\s<>".,:;!?)])""")
CONTENT_SECURITY_POLICY = (  # the frame with a message's HTML inherits it
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PAGE = Template("""<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui; max-width: 50rem; margin: auto; padding: 1rem; }
body, dd { overflow-wrap: anywhere; margin-inline-start: auto; }
header { display: flex; justify-content: space-between; align-items: center; }
ol { list-style: none; padding: 0; }
li { border-top: 1px solid #8885; padding: .6rem 0; }
small, dt { opacity: .7; display: block; }
dl, pre { font-size: .875rem; white-space: pre-wrap; }
pre, iframe { border: 1px solid #8885; border-radius: .3rem; padding: .8rem; }
iframe { box-sizing: border-box; width: 100%; height: 70vh; background: #fff; color-scheme: light; }
</style>
$body
""")


class Mailbox:
    """The newest messages, in files whose names sort by age."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._names = deque(sorted(path.stem for path in folder.glob("*.eml")))
        self._lock = threading.Lock()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        with self._lock:
            name = f"{time.time_ns():020}"
            unfinished = self._folder / "unfinished"
            unfinished.write_bytes(envelope.original_content or b"")
            unfinished.rename(self._path(name))
            self._names.append(name)
        self.drop_all_but(KEPT)
        return "250 OK"

    def newest(self) -> list[str]:
        with self._lock:
            return list(reversed(self._names))

    def read(self, name: str, *, headers_only: bool = False) -> EmailMessage | None:
        """None when the message has been dropped."""
        with suppress(FileNotFoundError), self._path(name).open("rb") as file:
            return BytesParser(EmailMessage, policy=email_policy).parse(file, headers_only)
        return None

    def drop_all_but(self, count: int) -> None:
        with self._lock:
            while len(self._names) > count:
                self._path(self._names.popleft()).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.eml"


class PageHandler(BaseHTTPRequestHandler):
    def __init__(self, mailbox: Mailbox, *args: Any) -> None:
        self._mailbox = mailbox
        super().__init__(*args)

    def log_message(self, *args: object) -> None: ...

    def do_GET(self) -> None:
        name = self.path.removeprefix("/")
        if not self._is_asked_by_own_name():
            self.send_error(403)
        elif not name:
            self._reply("Mail", _list_of(self._mailbox))
        elif name.isdecimal() and (message := self._mailbox.read(name)) is not None:
            self._reply(_header(message, "Subject"), _page_of(message))
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        is_from_own_page = self.headers["Origin"] == f"http://{self.headers['Host']}"
        if not is_from_own_page or not self._is_asked_by_own_name():
            self.send_error(403)
            return
        self._mailbox.drop_all_but(0)
        self.send_response(303)
        self.send_header("Location", "/")
        self.end_headers()

    def _is_asked_by_own_name(self) -> bool:
        port = self.connection.getsockname()[1]
        return self.headers["Host"] in (f"127.0.0.1:{port}", f"localhost:{port}")

    def _reply(self, title: str, body: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        page = PAGE.substitute(title=escape(title), body=body)
        self.wfile.write(page.encode(errors="replace"))


def _list_of(mailbox: Mailbox) -> str:
    items = ""
    for name in mailbox.newest():
        if (message := mailbox.read(name, headers_only=True)) is not None:
            subject, to, date = (escape(_header(message, key)) for key in ("Subject", "To", "Date"))
            items += f'<li><a href="/{name}">{subject or "(none)"}</a><small>{to}, {date}</small>'
    button = '<form method="post" action="/clear"><button>Clear</button></form>'
    return f"<header><h1>Mail</h1>{button}</header><ol>{items or '<li>Nothing yet.'}</ol>"


def _page_of(message: EmailMessage) -> str:
    pairs = [(name, _decoded(name, value)) for name, value in message.raw_items()]
    headers = "".join(f"<dt>{escape(name)}<dd>{escape(value)}" for name, value in pairs)
    page = f'<p><a href="/">All mail</a><dl>{headers}</dl>'
    if text := message.get_body(["plain"]):
        page += f"<pre>{_linked(_text_of(text))}</pre>"
    if html := message.get_body(["html"]):
        document = escape(f'<!doctype html><base target="_blank">{_text_of(html)}')
        page += f'<iframe title="HTML" sandbox="{SANDBOX}" srcdoc="{document}"></iframe>'
    for part in message.iter_attachments():
        label = f"{part.get_filename('unnamed')}, {part.get_content_type()}"
        page += f"<p>Attached: {escape(label)}"
    return page


def _header(message: EmailMessage, name: str) -> str:
    values = (value for key, value in message.raw_items() if key.lower() == name.lower())
    return _decoded(name, next(values, ""))


def _decoded(name: str, value: str) -> str:
    try:
        return str(email_policy.header_fetch_parse(name, value))
    except (MessageError, LookupError, ValueError, AttributeError):  # malformed: show as it came
        return value


def _text_of(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except LookupError:  # no such charset
        part.set_param("charset", "utf-8")
        return str(part.get_content())


def _linked(text: str) -> str:
    pieces = [escape(piece) for piece in LINK.split(text)]  # text and address in turn
    pieces[1::2] = [f'<a href="{url}" rel="noreferrer">{url}</a>' for url in pieces[1::2]]
    return "".join(pieces)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for option, kind in (("--smtp-port", int), ("--http-port", int), ("--folder", Path)):
        parser.add_argument(option, type=kind, required=True)
    options = parser.parse_args()
    mailbox = Mailbox(options.folder)
    Controller(mailbox, hostname="127.0.0.1", port=options.smtp_port).start()
    site = ThreadingHTTPServer(("127.0.0.1", options.http_port), partial(PageHandler, mailbox))
    print(f"Mail is shown at http://127.0.0.1:{options.http_port}/", flush=True)
    with suppress(KeyboardInterrupt):
        site.serve_forever()


if __name__ == "__main__":
    main()
