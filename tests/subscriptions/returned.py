"""Mails that come back, in the words of the programs that write them. `{id}` is of the digest."""

from subscriptions.models import Delivery

_ORIGINAL = """\
Message-ID: {id}
From: Vestnik <news@example.org>
Subject: The digest
"""

_DSN = """\
Return-Path: <>
From: {sender}
To: news@example.org
Subject: {subject}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

{text}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; somebody@example.com
Action: {action}
Status: {status}
Diagnostic-Code: {diagnostic}

--b
Content-Type: text/rfc822-headers

{original}
--b--
"""


def dsn(status: str, diagnostic: str, action: str = "failed", **more: str) -> str:
    fields = {"sender": "MAILER-DAEMON@mx.example.com", "subject": "Undelivered", "text": "Sorry."}
    fields |= {"status": status, "diagnostic": diagnostic, "action": action, **more}
    return _DSN.format(original=_ORIGINAL, **fields)


_EXIM = """\
From: Mail Delivery System <Mailer-Daemon@exim.example.com>
X-Failed-Recipients: somebody@example.com
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

  somebody@example.com
    {answer}

------ This is a copy of the message, including all the headers. ------

"""

_ARF = (
    """\
From: feedback@mail.example.com
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an e-mail abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: {type}
User-Agent: SomeGenerator/1.0
Version: 1

--b
Content-Type: message/rfc822

"""
    + _ORIGINAL
    + """
Text.
--b--
"""
)

_REPLY = """\
From: somebody@example.com
Subject: {subject}
In-Reply-To: {id}
{headers}
Content-Type: text/plain; charset={charset}

{text}
"""


def _reply(headers: str, subject: str = "Out", text: str = "Back on Monday.") -> str:
    fields = {"headers": headers, "subject": subject, "text": text, "charset": "utf-8"}
    return _REPLY.format(id="{id}", **fields)


def _exim(answer: str) -> str:
    return _EXIM.format(answer=answer) + _ORIGINAL


# what it is → what it has to be taken for, and the mail
MAILS = {
    "postfix, nobody": (
        "hard",
        dsn("5.1.1", "smtp; 550 5.1.1 <somebody@example.com>: User unknown in local table"),
    ),
    "postfix, no such domain": (
        "hard",
        dsn("5.1.2", "X-Postfix; Host or domain name not found"),
    ),
    "postfix, full": ("soft", dsn("5.2.2", "smtp; 552 5.2.2 Mailbox full")),
    "postfix, given up": ("soft", dsn("4.4.1", "X-Postfix; connect to mx: timed out")),
    "postfix, still trying": ("unknown", dsn("4.4.1", "X-Postfix; timed out", "delayed")),
    "postfix, delivered": ("unknown", dsn("2.0.0", "smtp; 250 2.0.0 OK", "delivered")),
    "exchange, nobody": (
        "hard",
        dsn("5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address"),
    ),
    "exchange, not allowed": ("soft", dsn("5.7.133", "smtp;550 5.7.133 RESOLVER.RST.SenderNot")),
    "gmail, nobody": (
        "hard",
        dsn("5.1.1", "smtp; 550-5.1.1 The email account that you tried to reach does not exist."),
    ),
    "gmail, taken for spam": (
        "soft",
        dsn("5.7.1", "smtp; 550-5.7.1 likely unsolicited mail, this message has been blocked."),
    ),
    "gmail, full": ("soft", dsn("4.2.2", "smtp; 452-4.2.2 The recipient's inbox is out of space")),
    "yandex, nobody": ("hard", dsn("5.0.0", "smtp; 550 5.7.1 No such user!")),
    "yandex, taken for spam": ("soft", dsn("5.0.0", "smtp; 554 5.7.1 rejected under suspicion")),
    "mail.ru, nobody": (
        "hard",
        dsn("5.0.0", "smtp; 550 Message was not accepted -- invalid mailbox: user not found"),
    ),
    "exim, nobody": ("hard", _exim("550 5.1.1 unknown user")),
    "exim, no route": ("hard", _exim("Unrouteable address")),
    "exim, given up": ("soft", _exim("retry timeout exceeded")),
    "qmail, nobody": (
        "hard",
        "From: MAILER-DAEMON@qmail.example.com\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program.\n<somebody@example.com>:\n"
        "550 sorry, no mailbox here by that name. (#5.1.1)\n\n" + _ORIGINAL,
    ),
    "complaint": ("complaint", _ARF.replace("{type}", "abuse")),
    "complaint, phishing": ("complaint", _ARF.replace("{type}", "fraud")),
    "complaint, taken back": ("unknown", _ARF.replace("{type}", "not-spam")),
    "report of DMARC": ("unknown", _ARF.replace("{type}", "auth-failure")),
    "vacation": ("auto_reply", _reply("Auto-Submitted: auto-replied (vacation)")),
    "vacation, old": ("auto_reply", _reply("Precedence: auto_reply")),
    "vacation, quoting a code": (
        "auto_reply",
        _reply("Auto-Submitted: auto-replied", text="550 5.1.1 user unknown, as they say"),
    ),
    "challenge": ("auto_reply", _reply("Precedence: bulk", "Please confirm your message")),
    "a reader's answer": ("unknown", _reply("X-Mailer: x", "Re: 550 5.1.1", "no such user, ha")),
}


def returned(what: str, delivery: Delivery) -> bytes:
    return MAILS[what][1].replace("{id}", delivery.message_id).encode()


def nested(depth: int) -> bytes:
    return b"Content-Type: message/rfc822\n\n" * depth


def hostile(delivery: Delivery) -> dict[str, bytes]:
    """What may hold a Message-ID of ours, and must not break anything."""
    proof = f"Message-ID: {delivery.message_id}\n".encode()
    box = b'Content-Type: multipart/report; boundary="%d"\n\n--%d\n'
    return {
        "nothing": b"",
        "zeros": b"\0" * 2000 + proof,
        "noise": bytes(range(256)) * 400 + proof,
        "ten megabytes": proof + b"\n" + b"x" * 10_000_000,
        "one line": proof + b"Subject: " + b"y" * 2_000_000,
        "ten thousand deep": proof + nested(10_000),
        "boxes in boxes": proof + b"".join(box % (n, n) for n in range(5000)),
        "a hundred thousand headers": proof + b"X: y\n" * 100_000,
        "unknown charset": proof
        + b"From: MAILER-DAEMON@x\nContent-Type: text/plain; charset=klingon\n\n\xff\xfe",
        "headers of bytes": proof + b"Subject: \xff\xfe\xd8\x00\nAuto-Submitted: \xff\n\n",
        "no parts": proof + b'Content-Type: multipart/report; boundary="b"\n\n',
        "empty status": proof + b"Content-Type: message/delivery-status\n\n",
        "status of bytes": proof
        + b"Content-Type: message/delivery-status\n\n\nAction: \xff\xff\nStatus: \0\n\n",
        "base64 that is none": proof
        + b"X-Failed: 1\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n%%%\xff",
    }
