"""Bounces and complaints: as mail from a maildir or an IMAP server, by SMTP, by a webhook."""

import json
from base64 import b64encode
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from subscriptions import consent, links, mailboxes
from subscriptions.models import BounceEvent, ConsentEvent, Delivery, Subscription, Suppression
from subscriptions.tasks import read_bounces, send_edition
from tests.subscriptions.imap import ImapServer
from tests.subscriptions.returned import MAILS, hostile, returned
from tests.subscriptions.rows import SLOT, make_delivery, make_edition, make_subscription
from tests.subscriptions.sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(tmp_path: Path) -> Path:
    for folder in ("new", "cur", "tmp"):
        (tmp_path / folder).mkdir()
    return tmp_path


def put(box: Path, *mails: bytes) -> None:
    for number, each in enumerate(mails, len(list(box.rglob("*")))):
        (box / "new" / f"{number}.host").write_bytes(each)


def read(box: Path) -> str:
    out = StringIO()
    call_command("read_bounces", f"maildir://{box}", stdout=out)
    return out.getvalue().strip()


def sent_digest(**fields: Any) -> Delivery:
    return make_delivery(
        make_edition(0, **fields), state="sent", attempts=1, finished_at=timezone.now()
    )


def sent_digests(number: int) -> list[Delivery]:
    """To one subscriber, of as many days."""
    subscription, edition = make_subscription(), make_edition(0)
    return [
        make_delivery(
            edition,
            subscription=subscription,
            local_date=SLOT.date() + timedelta(days=day),
            message_id=f"<digest.{day:032x}@example.org>",
            state="sent",
            attempts=1,
            finished_at=timezone.now(),
        )
        for day in range(number)
    ]


def status() -> str:
    return Subscription.objects.get().status


def kinds() -> list[str]:
    return list(BounceEvent.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("what", MAILS)
def test_each_mail_is_taken_for_what_it_is(box: Path, what: str) -> None:
    put(box, returned(what, sent_digest()))
    assert read(box) == "read=1"
    kind = MAILS[what][0]
    assert kinds() == [kind]
    assert status() == ("suppressed" if kind in ("hard", "complaint") else "active")


@pytest.mark.parametrize("what", hostile(Delivery()))
def test_what_strangers_think_of_is_unknown_and_changes_nothing(box: Path, what: str) -> None:
    put(box, hostile(sent_digest())[what], returned("gmail, full", sent_digest(language="ru")))
    assert read(box) == "read=2"
    assert set(kinds()) <= {"unknown", "auto_reply", "soft"}
    assert kinds()[-1] == "soft"
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("what", ["postfix, nobody", "complaint", "exim, nobody"])
def test_a_forged_mail_suppresses_nobody(box: Path, what: str) -> None:
    delivery = sent_digest()
    forged = Delivery(message_id=f"<digest.{'0' * 32}@example.org>")
    email = delivery.subscription.email.encode()
    token = links.PREFERENCES.token(delivery.subscription_id).encode()
    put(
        box,
        returned(what, forged).replace(b"somebody@example.com", email),
        returned(what, forged) + b"/unsubscribe/" + token + b"/",
    )
    assert read(box) == "read=2"
    assert (status(), kinds()) == ("active", [])


def test_a_replaced_message_id_leaves_the_unsubscribe_link_as_proof(box: Path) -> None:
    delivery = sent_digest()
    url = links.UNSUBSCRIBE.url(delivery.subscription).encode()
    replaced = returned("postfix, nobody", Delivery(message_id="<1@x>\nList-Unsubscribe: <URL>"))
    put(box, replaced.replace(b"URL", url))
    read(box)
    assert status() == "suppressed"
    assert BounceEvent.objects.get().delivery == delivery


def test_the_same_twice_counts_once(box: Path) -> None:
    notice = returned("complaint", sent_digest())
    put(box, notice, notice)
    assert (read(box), read(box)) == ("read=2", "read=0")
    assert kinds() == ["complaint"]
    [event] = ConsentEvent.objects.all()
    assert (event.action, event.origin) == ("unsubscribed", "complaint")
    assert Suppression.objects.get().reason == "complaint"


def test_a_reader_killed_before_it_marked_reads_again(
    box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(box, returned("postfix, nobody", sent_digest()))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "rename", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
        read(box)
    assert len(list((box / "new").iterdir())) == 1
    assert read(box) == "read=1"
    assert (kinds(), len(list((box / "cur").iterdir()))) == (["hard"], 1)


def test_soft_ones_suppress_when_three_of_the_last_five_came_back(box: Path) -> None:
    first, *rest = sent_digests(6)
    put(box, *(returned("gmail, full", each) for each in (first, rest[0], rest[0], rest[2])))
    read(box)
    assert status() == "active"  # the first is none of the last five, and one came twice
    put(box, returned("postfix, given up", rest[4]))
    read(box)
    assert (status(), Suppression.objects.get().reason) == ("suppressed", "bounce")


def test_who_is_suppressed_gets_nothing_that_was_queued(box: Path, sink: Sink) -> None:
    delivery = sent_digest()
    queued = make_delivery(
        make_edition(0, cut_at=SLOT + timedelta(days=1)),
        subscription=delivery.subscription,
        local_date=SLOT.date() + timedelta(days=1),
        message_id="<1@x>",
    )
    put(box, returned("complaint", delivery))
    read(box)
    send_edition(queued.edition_id)
    queued.refresh_from_db()
    assert (queued.state, sink.accepted) == ("skipped", [])


@pytest.mark.parametrize(
    ("answer", "left"), [("550 5.1.1 who?", "suppressed"), ("550 5.7.1 spam", "active")]
)
def test_the_servers_own_refusal_counts_the_same(sink: Sink, answer: str, left: str) -> None:
    edition = make_edition()
    sink.on_rcpt = lambda recipient: answer
    send_edition(edition.pk)
    assert status() == left


def test_its_owner_comes_back_by_confirming_again(
    box: Path, client: Client, subscribe: Any
) -> None:
    delivery = sent_digest()
    email = delivery.subscription.email
    put(box, returned("postfix, nobody", delivery))
    read(box)
    subscribe(email)
    assert mail.outbox == []  # not at once
    Suppression.objects.update(created_at=timezone.now() - timedelta(days=2))
    subscribe(email)
    assert [letter.to for letter in mail.outbox] == [[email]]
    client.post(links.CONFIRM.path(delivery.subscription))
    assert (status(), Suppression.objects.count()) == ("active", 0)
    put(box, returned("complaint", delivery))  # of a digest from before
    read(box)
    assert status() == "active"


@pytest.mark.parametrize("reason", ["erased", "manual"])
def test_confirming_lifts_nothing_that_is_for_good(client: Client, reason: str) -> None:
    delivery = sent_digest()
    consent.suppress(delivery.subscription.email, Suppression.Reason.BOUNCE)
    consent.suppress(delivery.subscription.email, Suppression.Reason(reason))
    client.post(links.CONFIRM.path(delivery.subscription))
    assert (status(), Suppression.objects.get().reason) == ("suppressed", reason)


def test_a_folder_on_an_imap_server_is_read_once(settings: Settings) -> None:
    with ImapServer([returned("postfix, nobody", sent_digest()), b"garbage", None]) as server:
        settings.BOUNCES_URL = f"imap://news%40example.org:secret@127.0.0.1:{server.port}/Bounces"
        read_bounces()
        assert (server.login, server.seen) == ('news@example.org "secret"', {1, 2})
        assert mailboxes.handle_unread(settings.BOUNCES_URL, print) == 0
    assert status() == "suppressed"


@pytest.mark.parametrize("url", ["", "maildir:///nowhere", "imap://a:b@127.0.0.1:1/INBOX"])
def test_a_mailbox_that_cannot_be_read_is_said(url: str) -> None:
    with pytest.raises(CommandError):
        call_command("read_bounces", *([url] if url else []))


# The provider's webhook


@pytest.fixture
def provider(settings: Settings) -> None:
    settings.EMAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "us:secret"}


def tell(secret: str = "us:secret", **event: Any) -> HttpResponse:
    event = {"RecordType": "Bounce", "ID": 1, "BouncedAt": "2026-03-10T09:00:00Z", **event}
    return Client(enforce_csrf_checks=True).post(
        "/mail/events/",
        json.dumps(event),
        content_type="application/json",
        headers={"Authorization": f"Basic {b64encode(secret.encode()).decode()}"},
    )


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ({"Type": "HardBounce", "Details": "smtp;550 5.1.1 unknown user"}, "hard"),
        ({"Type": "HardBounce"}, "hard"),
        ({"Type": "BadEmailAddress"}, "hard"),
        ({"Type": "SoftBounce", "Details": "smtp;452 4.2.2 mailbox full"}, "soft"),
        ({"Type": "SpamComplaint", "RecordType": "SpamComplaint"}, "complaint"),
        ({"Type": "AutoResponder"}, "auto_reply"),
        ({"Type": "Transient"}, None),
        ({"RecordType": "Open"}, None),
    ],
)
def test_a_providers_word_counts_as_a_mail_does(
    provider: None, event: dict[str, str], kind: str | None
) -> None:
    delivery = sent_digest()
    for _ in range(2):
        assert tell(**event, Email=delivery.subscription.email).status_code == 200
    assert kinds() == ([kind] if kind else [])
    assert status() == ("suppressed" if kind in ("hard", "complaint") else "active")


@pytest.mark.parametrize("secret", ["", "us:", "us:guess"])
def test_nobody_else_is_believed(provider: None, secret: str) -> None:
    delivery = sent_digest()
    response = tell(secret, Type="HardBounce", Email=delivery.subscription.email)
    assert (response.status_code, status(), kinds()) == (400, "active", [])


@pytest.mark.parametrize("email", [None, "", "@", "x", "a\0b@x", "x" * 300 + "@example.org"])
def test_a_providers_nonsense_changes_nothing(provider: None, email: str | None) -> None:
    sent_digest()
    assert tell(Type="HardBounce", Email=email).status_code == 200
    assert status() == "active"


@pytest.mark.parametrize(("name", "secret"), [("", "us:secret"), ("postmark", "")])
def test_without_provider_and_secret_there_is_no_webhook(
    settings: Settings, name: str, secret: str
) -> None:
    settings.EMAIL_PROVIDER = name
    settings.ANYMAIL = {"WEBHOOK_SECRET": secret}
    delivery = sent_digest()
    assert tell(Type="HardBounce", Email=delivery.subscription.email).status_code == 404
    assert status() == "active"
