"""From the queue through a real SMTP server: once each, every outcome recorded."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from subscriptions import ledger, links, reaper, sending
from subscriptions.models import (
    BounceEvent,
    Delivery,
    Edition,
    MailDomain,
    Suppression,
    hash_of_address,
)
from subscriptions.tasks import send_edition, tick
from tests.factories import make_article
from tests.subscriptions.rows import (
    SLOT,
    make_delivery,
    make_edition,
    make_subscription,
    states,
)
from tests.subscriptions.sink import Sink

pytestmark = pytest.mark.django_db


def let_all_wait_no_longer() -> None:
    Delivery.objects.update(not_before=timezone.now())
    MailDomain.objects.update(waits_until=None)


def test_a_tick_brings_subscribers_what_was_published_since(sink: Sink, worker: None) -> None:
    now = timezone.now()
    make_article("Old news", published_at=now - timedelta(days=3))
    make_article("Probe lands", published_at=now - timedelta(hours=1))
    subscription = make_subscription(next_due_at=now, covered_until=now - timedelta(days=1))
    tick()
    tick()
    assert sink.recipients == [subscription.email]
    message = sink.message()
    assert "Probe lands" in message["Subject"]
    assert "Old news" not in message.as_string()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.smtp_code) == ("sent", 1, 250)
    assert message["Message-ID"] == delivery.message_id
    assert "queued as 1" in delivery.smtp_message
    assert Edition.objects.get().state == "done"


def test_everybody_gets_the_mail_once_over_one_connection(sink: Sink) -> None:
    edition = make_edition(30)
    send_edition(edition.pk)
    send_edition(edition.pk)
    assert len(sink.recipients) == len(set(sink.recipients)) == 30
    assert set(states(edition)) == {"sent"}
    assert sink.connections == 1


def test_the_unsubscribe_link_of_a_received_mail_works(sink: Sink) -> None:
    edition = make_edition()
    send_edition(edition.pk)
    url = sink.message()["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    Client().post(url, "List-Unsubscribe=One-Click", content_type="text/plain")
    assert edition.deliveries.get().subscription.status == "unsubscribed"


@pytest.mark.parametrize("status", ["unsubscribed", "paused", "suppressed"])
def test_who_left_before_the_claim_is_skipped(sink: Sink, status: str) -> None:
    edition = make_edition()
    make_delivery(edition, subscription=make_subscription(status=status))
    send_edition(edition.pk)
    assert states(edition) == ["sent", "skipped"]


def test_a_suppressed_address_is_skipped_whatever_its_row_says(sink: Sink) -> None:
    edition = make_edition()
    address_hash = hash_of_address(edition.deliveries.get().subscription.email)
    Suppression.objects.create(address_hash=address_hash, reason="complaint")
    send_edition(edition.pk)
    assert states(edition) == ["skipped"]
    assert not sink.accepted


@pytest.mark.django_db(transaction=True)
def test_who_unsubscribes_after_the_claim_is_not_written_to(sink: Sink) -> None:
    edition = make_edition(3)
    url = links.UNSUBSCRIBE.path(edition.deliveries.order_by("pk")[1].subscription)

    def on_data(recipient: str) -> None:
        if not sink.accepted:
            Client().post(url)
            connection.close()

    sink.on_data = on_data
    send_edition(edition.pk)
    assert states(edition) == ["sent", "skipped", "sent"]
    assert len(sink.accepted) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("act", "left"), [("pause", "queued"), ("cancel", "skipped")])
def test_a_stopped_edition_stops_within_one_message(sink: Sink, act: str, left: str) -> None:
    edition = make_edition(5)

    def on_data(recipient: str) -> None:
        if len(sink.accepted) == 1:
            getattr(Edition.objects.get(pk=edition.pk), act)()
            connection.close()

    sink.on_data = on_data
    send_edition(edition.pk)
    sending.settle_editions(timezone.now())
    assert states(edition) == ["sent", "sent", left, left, left]


def test_a_paused_edition_goes_on_where_it_stopped(sink: Sink) -> None:
    edition = make_edition(2)
    edition.pause()
    send_edition(edition.pk)
    assert not sink.accepted
    edition.resume()
    send_edition(edition.pk)
    assert len(sink.accepted) == 2


@pytest.mark.parametrize("code", [450, 452, 471])
def test_not_now_is_tried_again_later_and_later(sink: Sink, code: int) -> None:
    edition = make_edition()
    sink.on_rcpt = lambda recipient: f"{code} not now"
    waits = []
    for _ in range(3):
        send_edition(edition.pk)
        delivery = edition.deliveries.get()
        assert (delivery.state, delivery.smtp_code) == ("retry", code)
        waits.append(delivery.not_before - timezone.now())
        send_edition(edition.pk)  # too early: nothing happens
        let_all_wait_no_longer()
    assert waits == sorted(waits)
    sink.on_rcpt = lambda recipient: None
    send_edition(edition.pk)
    assert (states(edition), len(sink.accepted)) == (["sent"], 1)


def test_not_now_ends_as_failed_after_many_attempts(sink: Sink) -> None:
    edition = make_edition()
    sink.on_data = lambda recipient: "451 not now"
    for _ in range(ledger.ATTEMPTS):
        send_edition(edition.pk)
        let_all_wait_no_longer()
    assert states(edition) == ["failed"]
    assert BounceEvent.objects.get().kind == "soft"


@pytest.mark.parametrize("step", ["on_rcpt", "on_data"])
def test_never_fails_with_one_bounce_and_holds_up_nobody(sink: Sink, step: str) -> None:
    edition = make_edition(3)
    nobody = edition.deliveries.order_by("pk")[1].subscription.email
    setattr(sink, step, lambda recipient: "550 5.1.1 who?" if recipient == nobody else None)
    send_edition(edition.pk)
    assert states(edition) == ["sent", "failed", "sent"]
    bounce = BounceEvent.objects.get()
    assert (bounce.kind, bounce.address_hash) == ("hard", hash_of_address(nobody))
    assert "550 5.1.1 who?" in bounce.detail


def test_a_failed_delivery_can_be_sent_again_under_its_message_id(sink: Sink) -> None:
    edition = make_edition()
    sink.on_rcpt = lambda recipient: "550 who?"
    send_edition(edition.pk)
    sending.settle_editions(timezone.now())
    sink.on_rcpt = lambda recipient: None
    assert Delivery.objects.all().send_again() == 1
    sending.settle_editions(timezone.now())
    send_edition(edition.pk)
    assert sink.message()["Message-ID"] == edition.deliveries.get().message_id


def test_a_server_that_refuses_us_stops_the_edition_and_blames_no_reader(sink: Sink) -> None:
    edition = make_edition(3)
    sink.on_mail = lambda: "550 no mail from you"
    send_edition(edition.pk)
    edition.refresh_from_db()
    assert edition.state == "attention"
    assert set(states(edition)) == {"queued"}
    assert not BounceEvent.objects.exists()


@pytest.mark.parametrize("step", ["on_rcpt", "on_mail"])
def test_a_connection_lost_before_the_message_leaves_it_queued(sink: Sink, step: str) -> None:
    edition = make_edition(2)
    setattr(sink, step, lambda *recipient: "hang up")
    send_edition(edition.pk)
    assert set(states(edition)) == {"queued"}
    setattr(sink, step, lambda *recipient: None)
    send_edition(edition.pk)
    assert (set(states(edition)), len(sink.accepted)) == ({"sent"}, 2)


def test_a_server_that_closes_after_some_messages_is_connected_to_again(sink: Sink) -> None:
    edition = make_edition(7)
    full = iter([False, False, True, False, False, False, True, *[False] * 9])
    sink.on_mail = lambda: "421 enough for now" if next(full) else None
    send_edition(edition.pk)
    assert set(states(edition)) == {"sent"}
    assert len(set(sink.recipients)) == len(sink.recipients) == 7
    assert sink.connections > 2


def test_a_connection_lost_after_the_message_is_uncertain_and_not_sent_again(sink: Sink) -> None:
    edition = make_edition(3)
    lost = edition.deliveries.order_by("pk")[1].subscription.email
    sink.on_data = lambda recipient: "hang up" if recipient == lost else None
    send_edition(edition.pk)
    assert states(edition) == ["sent", "uncertain", "sent"]
    let_all_wait_no_longer()
    tick()
    send_edition(edition.pk)
    assert lost not in sink.recipients


def test_without_a_server_everything_stays_queued(settings: Settings, sink: Sink) -> None:
    edition = make_edition(3)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    send_edition(edition.pk)
    assert set(states(edition)) == {"queued"}
    assert set(edition.deliveries.values_list("attempts", flat=True)) == {0}
    settings.EMAIL_PORT = port
    send_edition(edition.pk)
    assert len(sink.accepted) == 3


def test_the_reaper_takes_over_from_silent_senders_only(sink: Sink) -> None:
    edition = make_edition(4)
    claim = ledger.Claim(edition)
    edition.start()
    first, second, *_ = claim.take()
    assert claim.go_on(None, first).is_granted()
    assert claim.go_on(first, second).is_granted()
    assert reaper.reap() == 0
    assert reaper.reap(timezone.now() + timedelta(hours=1)) == 3
    assert states(edition) == ["sent", "uncertain", "queued", "queued"]


def test_a_sender_that_wakes_after_the_reaper_sends_no_more(sink: Sink) -> None:
    edition = make_edition(3)
    claim = ledger.Claim(edition)
    edition.start()
    first, second, _third = claim.take()
    assert claim.go_on(None, first).is_granted()
    reaper.reap(timezone.now() + timedelta(hours=1))
    assert not claim.go_on(first, second).is_granted()
    claim.release()
    assert states(edition) == ["uncertain", "queued", "queued"]


def test_two_senders_never_hold_the_same_delivery(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "CLAIM", 2)
    edition = make_edition(5)
    claims = [ledger.Claim(edition) for _ in range(4)]
    taken = [delivery.pk for claim in claims for delivery in claim.take()]
    assert len(taken) == len(set(taken)) == 5


def test_a_turn_ends_by_the_clock_and_asks_for_another(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TURN", -1)
    edition = make_edition(3)
    assert sending.send_edition(edition.pk)
    assert sorted(states(edition)) == ["queued", "queued", "sent"]


def test_latecomers_reopen_an_edition_that_was_done(sink: Sink) -> None:
    edition = make_edition()
    send_edition(edition.pk)
    sending.settle_editions(timezone.now())
    make_delivery(edition)
    assert sending.editions_to_send() == []
    sending.settle_editions(timezone.now())
    assert sending.editions_to_send() == [edition.pk]
    send_edition(edition.pk)
    assert states(edition) == ["sent", "sent"]


def test_no_more_senders_are_woken_than_allowed(settings: Settings) -> None:
    settings.DIGEST_SENDERS = 1
    edition = make_edition(2)
    assert sending.editions_to_send() == [edition.pk]
    ledger.Claim(edition).take()
    make_delivery(edition)
    assert sending.editions_to_send() == []


def test_an_edition_that_is_gone_or_unknown_is_no_error(sink: Sink) -> None:
    send_edition(0)
    edition = make_edition(0, cut_at=SLOT)
    send_edition(edition.pk)
    assert not sink.accepted


def test_any_backend_of_djangos_sends_the_same_message() -> None:
    edition = make_edition(2)
    send_edition(edition.pk)
    assert set(states(edition)) == {"sent"}
    [message, _] = mail.outbox
    delivery = edition.deliveries.order_by("pk")[0]
    assert message.to == [delivery.subscription.email]
    assert message.message()["Message-ID"] == delivery.message_id
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.alternatives[0][1] == "text/html"
    assert links.UNSUBSCRIBE.token(delivery.subscription_id) in message.body


def test_a_backend_that_breaks_leaves_the_message_uncertain(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.subscriptions.test_sending.BrokenBackend"
    edition = make_edition(2)
    send_edition(edition.pk)
    assert states(edition) == ["uncertain", "queued"]


class BrokenBackend(mail.backends.base.BaseEmailBackend):
    def send_messages(self, messages: object) -> int:
        raise RuntimeError("who knows what happened")
