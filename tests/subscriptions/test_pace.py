"""How fast digests leave: domains that want to wait, limits, warming up, runs that look wrong."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from subscriptions import ledger, watch
from subscriptions.models import BounceEvent, Delivery, Edition, MailDomain
from subscriptions.tasks import send_edition
from tests.subscriptions.rows import make_delivery, make_edition, make_subscription, states
from tests.subscriptions.sink import Sink

pytestmark = pytest.mark.django_db


def make_edition_for(*addresses: str) -> Edition:
    edition = make_edition(0)
    for address in addresses:
        make_delivery(edition, subscription=make_subscription(address))
    return edition


def busy(code: str) -> list[str]:
    return [f"{n}@{code}.example" for n in range(6)]


def test_a_domain_that_refuses_three_times_waits_while_others_go_on(sink: Sink) -> None:
    edition = make_edition_for(*busy("busy"), "vera@calm.example")
    sink.on_rcpt = lambda recipient: "451 4.7.1 slow down" if "@busy" in recipient else None
    send_edition(edition.pk)
    assert states(edition) == ["retry"] * 3 + ["queued"] * 3 + ["sent"]
    assert MailDomain.objects.get(name="busy.example").waits_until
    assert not Delivery.objects.waiting().filter(not_before__lte=timezone.now()).exists()


def test_who_joins_while_the_domain_waits_is_put_off_without_being_tried(sink: Sink) -> None:
    until = timezone.now() + timedelta(minutes=9)
    MailDomain.objects.create(name="busy.example", refusals=5, waits_until=until)
    edition = make_edition_for("pavel@busy.example", "vera@calm.example")
    send_edition(edition.pk)
    assert sink.recipients == ["vera@calm.example"]
    assert edition.deliveries.waiting().get().not_before == until


def test_an_accepted_message_ends_the_patience_with_its_domain(sink: Sink) -> None:
    MailDomain.objects.create(name="busy.example", refusals=5, waits_until=timezone.now())
    send_edition(make_edition_for("pavel@busy.example").pk)
    assert MailDomain.objects.get(name="busy.example").refusals == 0


def test_a_full_mailbox_makes_no_neighbour_wait(sink: Sink) -> None:
    edition = make_edition_for(*busy("full"))
    sink.on_rcpt = lambda recipient: "452 4.2.2 full" if recipient < "5" else None
    send_edition(edition.pk)
    assert states(edition) == ["retry"] * 5 + ["sent"]


def test_no_more_leave_in_half_a_minute_than_allowed(settings: Settings, sink: Sink) -> None:
    settings.DIGEST_PER_MINUTE = 6
    edition = make_edition(5)
    send_edition(edition.pk)
    send_edition(edition.pk)
    assert len(sink.accepted) == 3
    MailDomain.objects.update(counted_at=timezone.now() - timedelta(minutes=1))
    send_edition(edition.pk)
    assert len(sink.accepted) == 5


def test_a_domain_of_recipients_has_a_limit_of_its_own(settings: Settings, sink: Sink) -> None:
    settings.DIGEST_DOMAIN_PER_MINUTE = 4
    edition = make_edition_for(*busy("slow"), "vera@calm.example")
    send_edition(edition.pk)
    assert sorted(recipient.partition("@")[2] for recipient in sink.recipients) == [
        "calm.example",
        "slow.example",
        "slow.example",
    ]


def test_a_new_sender_warms_up_with_twice_as_many_each_day(settings: Settings, sink: Sink) -> None:
    settings.DIGEST_WARM_UP_SINCE = (timezone.now() - timedelta(days=1)).date()
    settings.DIGEST_WARM_UP_FIRST = 2
    edition = make_edition(7)
    for _ in range(2):
        send_edition(edition.pk)
    assert len(sink.accepted) == 4
    MailDomain.objects.update(counted_at=timezone.now() - timedelta(days=1))
    send_edition(edition.pk)
    assert len(sink.accepted) == 7


def test_a_run_with_too_many_refusals_stops_itself_and_says_why(sink: Sink) -> None:
    edition = make_edition(60)
    sink.on_rcpt = lambda recipient: "550 5.7.1 blocked"
    send_edition(edition.pk)
    edition.refresh_from_db()
    assert edition.state == "attention"
    assert edition.attention == "20 of 20 messages were refused for good"
    assert edition.deliveries.filter(state="failed").count() == 20
    assert edition.deliveries.filter(state="queued").count() == 40


def test_who_lets_it_go_on_is_not_stopped_by_what_they_have_seen(sink: Sink) -> None:
    edition = make_edition(30)
    Delivery.objects.update(state="failed", finished_at=timezone.now())
    edition.start()
    watch.watch_editions(timezone.now())
    assert Edition.objects.get().state == "attention"
    edition.resume()
    watch.watch_editions(timezone.now())
    assert Edition.objects.get().state == "sending"


def test_complaints_stop_a_run(sink: Sink) -> None:
    edition = make_edition(3)
    edition.start()
    for delivery in edition.deliveries.all():
        BounceEvent.objects.create(
            provider="x",
            event_id=str(delivery.pk),
            kind="complaint",
            delivery=delivery,
            happened_at=timezone.now(),
        )
    watch.watch_editions(timezone.now())
    assert "complaints" in Edition.objects.get().attention


def test_no_more_senders_than_allowed_whoever_woke_them(settings: Settings, sink: Sink) -> None:
    settings.DIGEST_SENDERS = 1
    edition = make_edition(2)
    ledger.Claim(edition).take()
    make_delivery(edition)
    assert not send_edition(edition.pk)
    assert not sink.accepted
