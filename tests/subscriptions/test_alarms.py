"""Those who look after the digest hear by mail what is wrong, once, however long it lasts."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone

from news.day import day_of
from news.models import AuditEntry
from portal import health
from subscriptions import alarms, digest
from subscriptions.models import Alarm, Delivery, DigestDay, Edition, Pulse
from tests.factories import make_user
from tests.subscriptions.rows import make_delivery, make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ops(settings: Any) -> None:
    settings.ALARMS_TO = ["ops@example.org"]


def stopped_edition() -> Edition:
    edition = make_edition(0, cut_at=timezone.now())
    fields = {"state": "attention", "attention": "30 of 100 were refused", "message": b"x"}
    Edition.objects.filter(pk=edition.pk).update(**fields)
    return edition


def test_an_edition_that_stopped_itself_is_told_once(settings: Any) -> None:
    edition = stopped_edition()
    for _ in range(3):
        digest.tick()
    [letter] = mail.outbox
    assert letter.to == ["ops@example.org"]
    assert "stopped itself" in letter.subject and "30 of 100 were refused" in letter.body
    assert f"{settings.SITE_URL}/admin/subscriptions/edition/{edition.pk}/change/" in letter.body


def test_what_is_over_ends_and_what_comes_again_is_told_again() -> None:
    edition = stopped_edition()
    alarms.look()
    Edition.objects.update(state="done")
    alarms.look()
    assert Alarm.objects.get().ended_at
    Edition.objects.filter(pk=edition.pk).update(state="attention")
    alarms.look()
    assert (len(mail.outbox), Alarm.objects.going_on().count()) == (2, 1)


def test_uncertain_letters_are_told_and_more_of_them_not_again() -> None:
    edition = make_edition(0, cut_at=timezone.now())
    for _ in range(2):
        make_delivery(edition, state="uncertain")
        alarms.look()
    [letter] = mail.outbox
    assert "uncertain" in letter.subject and "1 letter" in letter.body
    Delivery.objects.update(state="sent")
    alarms.look()
    assert not Alarm.objects.going_on().exists()


@pytest.mark.parametrize(
    ("bounced", "sent", "is_told"), [(19, 100, False), (50, 1000, False), (51, 1000, True)]
)
def test_many_bounces_are_told(bounced: int, sent: int, is_told: bool) -> None:
    now = timezone.now()
    DigestDay.objects.create(day=day_of(now), bounced=bounced, sent=sent, counted_at=now)
    alarms.look(now)
    assert len(mail.outbox) == is_told


def test_the_health_page_tells_of_a_clockwork_that_stands_still(client: Client) -> None:
    health.record_heartbeat()
    digest.tick()
    assert client.get("/health/ready").json()["digest"] == "ok"
    Pulse.objects.update(ran_at=timezone.now() - timedelta(minutes=7))
    for _ in range(3):
        answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["digest"]) == (503, "last tick 7 min ago")
    assert ["stands still" in letter.subject for letter in mail.outbox] == [True]
    digest.tick()
    assert client.get("/health/ready").status_code == 200
    assert not Alarm.objects.going_on().exists()


def test_staff_who_may_steer_it_hear_of_it_at_confirmed_addresses() -> None:
    for name, confirmed in (("ed", True), ("typed", False), ("reader", True)):
        user = make_user(name, is_staff=name != "reader")
        user.groups.set(Group.objects.filter(name="editor"))
        email = f"{name}@example.org"
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=confirmed)
    assert alarms.receivers() == ["ed@example.org", "ops@example.org"]


def test_a_dead_mail_server_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped_edition()
    with monkeypatch.context() as dead:
        dead.setattr(EmailBackend, "send_messages", _die)
        alarms.look()
    assert Alarm.objects.get().told_at is None
    alarms.look()
    alarms.look()
    assert len(mail.outbox) == 1


def _die(*args: object) -> None:
    raise SMTPServerDisconnected


def test_the_desk_shows_what_is_going_on(client: Client) -> None:
    stopped_edition()
    alarms.look()
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))
    assert "30 of 100 were refused" in client.get("/admin/subscriptions/edition/").content.decode()


def test_sending_again_from_the_list_is_kept_in_the_history(client: Client) -> None:
    edition = make_edition(0, cut_at=timezone.now())
    lost = make_delivery(edition, state="uncertain")
    sent = make_delivery(edition, state="sent")
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))
    data = {"action": "send_again", "_selected_action": [lost.pk, sent.pk]}
    client.post("/admin/subscriptions/delivery/", data)
    [entry] = AuditEntry.objects.all()
    assert (entry.object_id, entry.by.username) == (str(lost.pk), "boss")
    assert "Uncertain" in entry.detail


def test_progress_of_an_ended_session_gets_the_page_anew(client: Client) -> None:
    edition = make_edition()
    path = f"/admin/subscriptions/edition/{edition.pk}/progress/"
    answer = client.get(path, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (401, "true")
    assert client.get(path).status_code == 302
