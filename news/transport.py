"""How a finished message leaves: over one kept-open connection of Django's e-mail backend."""

import email
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from email.policy import default as modern
from enum import StrEnum
from smtplib import SMTP, SMTPException, quoteaddr
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

_SERVICE_CLOSING = 421  # RFC 5321, 3.8: may answer any command
_NOT_US = (401, 402, 403)  # HTTP: the service doesn't know us, or wants money
_TOO_FAST = 429
_NOT_IN_PATH = re.compile(r"[<>\s]")
_NO_CONNECTION = ("ConnectionRefusedError", "NewConnectionError", "ConnectTimeoutError", "gaierror")


class Fate(StrEnum):
    """What became of a message."""

    SENT = "sent"
    FAILED = "failed"  # refused for good
    RETRY = "retry"  # refused for now
    QUEUED = "queued"  # never handed over
    UNCERTAIN = "uncertain"  # handed over, and no answer came: it may have been accepted
    STOPPED = "stopped"  # the caller said no before it was handed over


class Outcome(NamedTuple):
    """The fate of one message, and whether the connection can take the next."""

    fate: Fate
    code: int | None = None
    message: str = ""
    is_connected: bool = True

    @property
    def is_our_fault(self) -> bool:
        """The server refuses us for good, not this reader: only a person can mend that."""
        return self.fate == Fate.QUEUED and (self.code or 0) >= 500


class Transport(Protocol):
    def send(self, recipient: str, message: bytes, may_go: Callable[[], bool] = ...) -> Outcome:
        """`may_go` is asked at the last moment at which the message can still be held back, so
        that its answer may be on its way while the server is told who writes to whom.
        """


def _always() -> bool:
    return True


@contextmanager
def connected() -> Iterator[Transport]:
    """Raises OSError or SMTPException when there is no connection to be had."""
    backend = get_connection()
    backend.open()
    try:
        yield _Smtp(backend) if isinstance(backend, SmtpBackend) else _Backend(backend)
    finally:
        with suppress(OSError, SMTPException):
            backend.close()


class _Refusal(Exception):
    def __init__(self, code: int, reply: bytes, for_good: Fate) -> None:
        self.code, self.reply, self.for_good = code, reply.decode(errors="replace"), for_good
        self.is_waited_for = False  # the server wants a message although it refused its recipient


class _Smtp:
    """The steps of smtplib's `sendmail()`, one by one, or in one packet (PIPELINING, RFC 2920).

    When a connection breaks, it matters at which step. Before the final dot has been handed to the
    network the server can't have accepted the message; after it, without a reply, nobody knows.
    """

    def __init__(self, backend: SmtpBackend) -> None:
        assert isinstance(backend.connection, SMTP)
        self._smtp = backend.connection
        self._smtp.ehlo_or_helo_if_needed()
        # Else the end of each message waits until the server has confirmed its beginning.
        assert self._smtp.sock
        self._smtp.sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        sender = quoteaddr(settings.DEFAULT_FROM_EMAIL)
        options = " BODY=8BITMIME" if self._smtp.has_extn("8bitmime") else ""
        self._mail = f"MAIL FROM:{sender}{options}"
        self._is_pipelining = self._smtp.has_extn("pipelining")

    def send(self, recipient: str, message: bytes, may_go: Callable[[], bool] = _always) -> Outcome:
        lost_as = Fate.QUEUED
        try:
            self._announce(recipient)
            if not self._is_granted(may_go):
                return Outcome(Fate.STOPPED, is_connected=False)
            self._smtp.send(_with_dots(message))
            lost_as = Fate.UNCERTAIN
            code, reply = _expect(2, self._smtp.getreply(), Fate.FAILED)
        except _Refusal as refusal:
            return self._refused(refusal)
        except (SMTPException, OSError) as error:
            return Outcome(lost_as, message=str(error), is_connected=False)
        except ValueError as error:  # an address that can't be written into an SMTP command
            return Outcome(Fate.FAILED, message=str(error), is_connected=False)
        return Outcome(Fate.SENT, code, reply.decode(errors="replace"))

    def _announce(self, recipient: str) -> None:
        """Who writes to whom. At 5xx after MAIL we are refused, later the recipient is."""
        steps = [
            (self._mail, 2, Fate.QUEUED),
            (f"RCPT TO:<{_mailbox(recipient)}>", 2, Fate.FAILED),
            ("DATA", 3, Fate.FAILED),
        ]
        if self._is_pipelining:
            self._smtp.send("\r\n".join(line for line, _, _ in steps) + "\r\n")
            self._expect_all([(kind, fate) for _, kind, fate in steps])
        else:
            for line, kind, fate in steps:
                self._smtp.send(line + "\r\n")
                _expect(kind, self._smtp.getreply(), fate)

    def _is_granted(self, may_go: Callable[[], bool]) -> bool:
        """If not, or if nobody can be asked, we hang up: the server waits for a message now, QUIT
        would become a part of it, and never be answered.
        """
        is_granted = False
        try:
            is_granted = may_go()
        finally:
            if not is_granted:
                self._smtp.close()
        return is_granted

    def _expect_all(self, kinds: list[tuple[int, Fate]]) -> None:
        """Reads every answer, so that the next message doesn't take it for its own."""
        refusal, is_waited_for = None, False
        for kind, fate in kinds:
            try:
                _expect(kind, self._smtp.getreply(), fate)
                is_waited_for = kind == 3
            except _Refusal as found:
                refusal = refusal or found
                if found.code == _SERVICE_CLOSING:
                    break
        if refusal:
            refusal.is_waited_for = is_waited_for
            raise refusal

    def _refused(self, refusal: _Refusal) -> Outcome:
        fate, is_connected = Fate.RETRY, self._is_reset(refusal)
        if refusal.code >= 500:
            fate = refusal.for_good
        elif refusal.code == _SERVICE_CLOSING:
            fate = Fate.QUEUED
        return Outcome(fate, refusal.code, refusal.reply, is_connected)

    def _is_reset(self, refusal: _Refusal) -> bool:
        """Forget the refused message; False when the connection is of no more use."""
        if refusal.code == _SERVICE_CLOSING or refusal.is_waited_for:
            self._smtp.close()
            return False
        try:
            return self._smtp.rset()[0] == 250
        except (SMTPException, OSError):
            return False


class _Backend:
    """Any other backend of Django's, a provider's API for one."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self._backend = backend

    def send(self, recipient: str, message: bytes, may_go: Callable[[], bool] = _always) -> Outcome:
        if not may_go():
            return Outcome(Fate.STOPPED)
        try:
            accepted = self._backend.send_messages([Prebuilt(recipient, message)])
        except Exception as error:
            return _of_service(error)
        return Outcome(Fate.SENT if accepted else Fate.RETRY)


def _of_service(error: Exception) -> Outcome:
    """What an exception of a provider's backend means. django-anymail's have a `status_code`.

    Whatever else it is, it doesn't tell whether the message has left.
    """
    code, text = getattr(error, "status_code", None), repr(error)
    if code is None and _never_reached(error):
        return Outcome(Fate.QUEUED, message=text, is_connected=False)
    if type(error).__name__ == "AnymailRecipientsRefused":
        return Outcome(Fate.FAILED, 550, text)
    if code == _TOO_FAST:
        return Outcome(Fate.QUEUED, code, text, is_connected=False)
    if code in _NOT_US:
        return Outcome(Fate.QUEUED, 500 + code % 100, text, is_connected=False)
    if code is not None and 400 <= code < 500:
        return Outcome(Fate.FAILED, 550, text)
    return Outcome(Fate.UNCERTAIN, message=text, is_connected=False)


def _never_reached(error: BaseException | None) -> bool:
    """Whether there was no connection at all, whatever that was wrapped into."""
    while error:
        if type(error).__name__ in _NO_CONNECTION:
            return True
        error = error.__cause__ or error.__context__
    return False


class Prebuilt(EmailMultiAlternatives):
    """A finished message, for backends that want an EmailMessage of Django's."""

    def __init__(self, recipient: str, raw: bytes) -> None:
        parsed = email.message_from_bytes(raw, policy=modern)
        text, html = (parsed.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
        super().__init__(str(parsed["Subject"]), text, str(parsed["From"]), [recipient])
        self.extra_headers = {name: str(parsed[name]) for name in _HEADERS if parsed[name]}
        self.attach_alternative(html, "text/html")
        self._raw = raw

    def message(self, **options: Any) -> Any:
        message = email.message_from_bytes(self._raw, _class=_AsItIs)
        message.raw = self._raw
        return message


_HEADERS = (
    "Message-ID",
    "Date",
    "Content-Language",
    "Auto-Submitted",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)


class _AsItIs(Message):
    """Parsed for those who look at headers, but its bytes stay what they were."""

    raw: bytes

    def as_bytes(self, unixfrom: bool = False, policy: Any = None, linesep: str = "\n") -> bytes:
        return self.raw.replace(b"\r\n", linesep.encode())


def _expect(kind: int, answer: tuple[int, bytes], for_good: Fate) -> tuple[int, bytes]:
    """The answer, where its code is one of `kind` hundred; at 5xx the refusal's fate."""
    code, reply = answer
    if code // 100 != kind:
        raise _Refusal(code, reply, for_good)
    return answer


def _mailbox(address: str) -> str:
    """Raises ValueError where it could not be written into a command, or would end it."""
    if not address.isascii() or not address.isprintable() or _NOT_IN_PATH.search(address):
        raise ValueError(f"SMTP can't write to {address!r}")
    return address


def _with_dots(message: bytes) -> bytes:
    """As it travels after DATA: lines that begin with a dot get another (RFC 5321, 4.5.2)."""
    if message.startswith(b".") or b"\n." in message:
        message = (b"\r\n" + message).replace(b"\r\n.", b"\r\n..")[2:]
    return message + (b".\r\n" if message.endswith(b"\r\n") else b"\r\n.\r\n")
