"""What a mail that came back says: a DSN (RFC 3464), a complaint (ARF, RFC 5965), or neither.

Anybody may write to the mailbox it comes from. Nothing here raises or touches a row, and of a mail
only the beginning is read; what can't be understood is of an unknown kind.
"""

import re
from collections.abc import Iterable
from email import message_from_bytes
from email.message import Message
from itertools import islice
from typing import NamedTuple

from subscriptions.models import BounceEvent

Kind = BounceEvent.Kind

LONGEST = 2**19  # bytes; a report stands first, what came back after it
_MOST_PARTS = 100
_MOST_PROOFS = 20
_LONGEST_TEXT = 4096


class Notice(NamedTuple):
    """`message_ids` and `tokens` may be of ours: whose, and whether, is for `bounces` to say."""

    kind: BounceEvent.Kind
    detail: str
    message_ids: list[str]
    tokens: list[str]


def read(mail: bytes) -> Notice:
    mail = mail[:LONGEST]
    try:
        kind, detail = _verdict(message_from_bytes(mail))
    except Exception:  # nested a thousand deep, or whatever else strangers think of
        kind, detail = Kind.UNKNOWN, ""
    return Notice(kind, printable(detail), _found(_MESSAGE_ID, mail), _found(_TOKEN, mail))


def kind_of_answer(answer: str) -> BounceEvent.Kind:
    """Hard where a server says for good that there is no such mailbox.

    All else is soft, since it may pass: a full mailbox, a rule against the letter or against us.
    """
    is_gone = _GONE.search(answer) or (_FOR_GOOD.search(answer) and _GONE_WORDS.search(answer))
    return Kind.HARD if is_gone else Kind.SOFT


def has_code(answer: str) -> bool:
    """Whether a server's own answer is in it, rather than a description."""
    return bool(_CODE.search(answer))


def printable(text: str) -> str:
    """As a row can hold it: neither NUL nor half a character."""
    words = " ".join(text.split())
    return "".join(letter for letter in words if letter.isprintable())[:500]


def _verdict(message: Message) -> tuple[BounceEvent.Kind, str]:
    parts: dict[str, Message] = {}
    for part in islice(message.walk(), _MOST_PARTS):
        parts.setdefault(part.get_content_type(), part)
    if complaint := parts.get("message/feedback-report"):
        return _of_complaint(_blocks(complaint))
    if status := parts.get("message/delivery-status"):
        return _of_status(_blocks(status))
    text = _text(parts.get("text/plain"))
    if message["X-Failed-Recipients"]:  # Exim's, given up for good
        answer = f"5.0.0 {text}"
        return kind_of_answer(answer), text
    if _is_by_server(message) and has_code(text):
        return kind_of_answer(text), text
    is_automatic = any(_is_in(message, header, words) for header, words in _AUTOMATIC.items())
    return (Kind.AUTO_REPLY if is_automatic else Kind.UNKNOWN), ""


def _of_complaint(blocks: list[Message]) -> tuple[BounceEvent.Kind, str]:
    feedback = _field(blocks, "Feedback-Type").lower()
    return (Kind.COMPLAINT if feedback in _COMPLAINTS else Kind.UNKNOWN), feedback


def _of_status(blocks: list[Message]) -> tuple[BounceEvent.Kind, str]:
    """A letter goes to one address; where that stands for several, hard is what all of them say."""
    failed = [block for block in blocks if _field([block], "Action").lower() == "failed"]
    answers = [f"{_field([b], 'Status')} {_field([b], 'Diagnostic-Code')}" for b in failed]
    kinds = {kind_of_answer(answer) for answer in answers}
    if not kinds:  # delayed, relayed, delivered
        return Kind.UNKNOWN, _field(blocks, "Action")
    return (Kind.HARD if kinds == {Kind.HARD} else Kind.SOFT), answers[0]


def _blocks(part: Message) -> list[Message]:
    """The groups of fields in a report."""
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if part.is_multipart() else []


def _field(blocks: Iterable[Message], name: str) -> str:
    return next((str(block[name]).strip() for block in blocks if block[name]), "")


def _text(part: Message | None) -> str:
    payload = part.get_payload(decode=True) if part else b""
    return payload[:_LONGEST_TEXT].decode(errors="replace") if isinstance(payload, bytes) else ""


def _is_by_server(message: Message) -> bool:
    senders = f"{message['From']} {message['Return-Path']}".lower()
    return any(name in senders for name in ("mailer-daemon", "postmaster", "<>"))


def _is_in(message: Message, header: str, words: tuple[str, ...]) -> bool:
    value = str(message[header] or "").strip().lower()
    return value.startswith(words) if words else bool(value)


def _found(pattern: re.Pattern[bytes], mail: bytes) -> list[str]:
    """In the order in which they stand there, each once."""
    found = (match[1].decode() for match in islice(pattern.finditer(mail), _MOST_PROOFS))
    return list(dict.fromkeys(found))


_MESSAGE_ID = re.compile(rb"(<digest\.[0-9a-f]{32}@[a-zA-Z0-9.\[\]:_-]{1,150}>)")
_TOKEN = re.compile(rb"/unsubscribe/([0-9a-z]{1,13}\.[0-9A-Za-z_-]{43})(?![0-9A-Za-z_-])")
_CODE = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b|\b[45][0-5]\d[ -]")
_FOR_GOOD = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b|\b55\d[ -]")
_GONE = re.compile(r"\b5\.1\.(?:1|2|3|6|10)\b")
_GONE_WORDS = re.compile(
    r"user unknown|unknown user|user not found|invalid (?:mailbox|recipient)|unrouteable address"
    r"|no such (?:user|mailbox|recipient|address|domain)|(?:does not|doesn't) exist"
    r"|recipient ?not ?found|no mailbox|account (?:is|has been) (?:disabled|deactivated)",
    re.IGNORECASE,
)
_COMPLAINTS = {"abuse", "fraud", "opt-out", "opt-out-list", "miscategorized"}
_AUTOMATIC: dict[str, tuple[str, ...]] = {
    "Auto-Submitted": ("auto-",),
    "X-Autoreply": (),
    "X-Autorespond": (),
    "Precedence": ("auto", "bulk", "junk"),
}
