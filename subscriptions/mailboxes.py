"""The mailbox that bounces come back to: a maildir, or a folder on an IMAP server.

A message is marked as read after it was handled, so one that a process died over is read again. No
more of it is fetched than `notices` looks at.
"""

import imaplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from ssl import create_default_context
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings

from subscriptions.notices import LONGEST

AT_ONCE = 1000

ERRORS = (OSError, imaplib.IMAP4.error)

Handle = Callable[[bytes], object]


def handle_unread(url: str, handle: Handle) -> int:
    """Give each unread message to `handle` and mark it; returns how many. Raises one of ERRORS."""
    if urlsplit(url).scheme == "maildir":
        return _handle_maildir(Path(unquote(urlsplit(url).path)), handle)
    with _folder(url) as server:
        return _handle_folder(server, handle)


def _handle_maildir(box: Path, handle: Handle) -> int:
    unread = sorted(path for path in (box / "new").iterdir() if path.is_file())[:AT_ONCE]
    handled = 0
    for path in unread:
        try:
            with path.open("rb") as file:
                handle(file.read(LONGEST))
            path.rename(box / "cur" / f"{path.name}:2,S")
            handled += 1
        except FileNotFoundError:
            continue  # another reader was faster
    return handled


def _handle_folder(server: imaplib.IMAP4, handle: Handle) -> int:
    _status, [found] = server.uid("SEARCH", "UNSEEN")
    unread, handled = (found or b"").decode().split()[:AT_ONCE], 0
    for uid in unread:
        _status, answer = server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LONGEST}>)")
        mail = b"".join(part[1] for part in answer if isinstance(part, tuple))
        if mail:  # else somebody has deleted it, or it can't be had now
            handle(mail)
            server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
            handled += 1
    return handled


@contextmanager
def _folder(url: str) -> Iterator[imaplib.IMAP4]:
    """imap://, imap+tls:// (STARTTLS) or imap+ssl://user:password@host/folder."""
    parts = urlsplit(url)
    with _connection(parts) as server:
        if parts.scheme == "imap+tls":
            server.starttls(create_default_context())
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        status, answer = server.select(f'"{unquote(parts.path[1:]) or "INBOX"}"')
        if status != "OK":
            raise imaplib.IMAP4.error(f"no folder {parts.path[1:]}: {answer!r}")
        yield server


def _connection(parts: SplitResult) -> imaplib.IMAP4:
    host, wait = parts.hostname or "", settings.EMAIL_TIMEOUT
    if parts.scheme == "imap+ssl":
        tls = create_default_context()
        return imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=tls, timeout=wait)
    return imaplib.IMAP4(host, parts.port or 143, timeout=wait)
