"""How a finished message leaves: over one kept-open connection of Django's e-mail backend."""

import email
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from email.policy import default as modern
from email.utils import parseaddr
from enum import StrEnum
from smtplib import SMTP, SMTPException
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

_SERVICE_CLOSING = 421  # RFC 5321, 3.8: may answer any command


class Fate(StrEnum):
    """What became of a message."""

    SENT = "sent"
    FAILED = "failed"  # refused for good
    RETRY = "retry"  # refused for now
    QUEUED = "queued"  # never handed over
    UNCERTAIN = "uncertain"  # handed over, and no answer came: it may have been accepted


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
    def send(self, recipient: str, message: bytes) -> Outcome: ...


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
    def __init__(self, code: int, reply: bytes) -> None:
        self.code, self.reply = code, reply.decode(errors="replace")


class _Smtp:
    """The steps of smtplib's `sendmail()`, one by one.

    When a connection breaks, it matters at which step. Before the final dot has been handed to the
    network the server can't have accepted the message; after it, without a reply, nobody knows.
    """

    def __init__(self, backend: SmtpBackend) -> None:
        assert isinstance(backend.connection, SMTP)
        self._smtp = backend.connection
        self._smtp.ehlo_or_helo_if_needed()
        self._sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        self._options = ["BODY=8BITMIME"] if self._smtp.has_extn("8bitmime") else []

    def send(self, recipient: str, message: bytes) -> Outcome:
        smtp, refused_as, lost_as = self._smtp, Fate.QUEUED, Fate.QUEUED
        try:
            _expect(2, smtp.mail(self._sender, self._options))
            refused_as = Fate.FAILED
            _expect(2, smtp.rcpt(recipient))
            _expect(3, smtp.docmd("DATA"))
            smtp.send(_with_dots(message))
            lost_as = Fate.UNCERTAIN
            code, reply = _expect(2, smtp.getreply())
        except _Refusal as refusal:
            return self._refused(refusal, refused_as)
        except (SMTPException, OSError) as error:
            return Outcome(lost_as, message=str(error), is_connected=False)
        except ValueError as error:  # an address that can't be written into an SMTP command
            return Outcome(Fate.FAILED, message=str(error), is_connected=False)
        return Outcome(Fate.SENT, code, reply.decode(errors="replace"))

    def _refused(self, refusal: _Refusal, for_good: Fate) -> Outcome:
        fate, is_connected = Fate.RETRY, self._is_reset(refusal)
        if refusal.code >= 500:
            fate = for_good
        elif refusal.code == _SERVICE_CLOSING:
            fate = Fate.QUEUED
        return Outcome(fate, refusal.code, refusal.reply, is_connected)

    def _is_reset(self, refusal: _Refusal) -> bool:
        """Forget the refused message; False when the connection is of no more use."""
        if refusal.code == _SERVICE_CLOSING:
            return False
        try:
            return self._smtp.rset()[0] == 250
        except (SMTPException, OSError):
            return False


class _Backend:
    """Any other backend of Django's, a provider's API for one."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self._backend = backend

    def send(self, recipient: str, message: bytes) -> Outcome:
        try:
            accepted = self._backend.send_messages([Prebuilt(recipient, message)])
        except ConnectionRefusedError as error:
            return Outcome(Fate.QUEUED, message=str(error), is_connected=False)
        except Exception as error:  # whatever it is, it doesn't tell whether the message left
            return Outcome(Fate.UNCERTAIN, message=repr(error), is_connected=False)
        return Outcome(Fate.SENT if accepted else Fate.RETRY)


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


def _expect(kind: int, answer: tuple[int, bytes]) -> tuple[int, bytes]:
    """The answer, where its code is one of `kind` hundred."""
    code, reply = answer
    if code // 100 != kind:
        raise _Refusal(code, reply)
    return answer


def _with_dots(message: bytes) -> bytes:
    """As it travels after DATA: lines that begin with a dot get another (RFC 5321, 4.5.2)."""
    stuffed = (b"\r\n" + message).replace(b"\r\n.", b"\r\n..")[2:]
    return stuffed.removesuffix(b"\r\n") + b"\r\n.\r\n"
