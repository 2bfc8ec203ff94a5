"""A visitor types an address; only the owner of the mailbox can start the digest."""

import re
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from subscriptions import limits, signup
from subscriptions.models import ConsentEvent, Subscription, Suppression, hash_of_address
from tests.subscriptions.rows import make_subscription

pytestmark = pytest.mark.django_db

Subscribe = Callable[..., HttpResponse]
ASKED = "/en/subscriptions/asked/"


def test_the_form_asks_for_one_field(client: Client) -> None:
    page = client.get("/en/subscriptions/").content.decode()
    assert len(re.findall(r"<input(?![^>]*(?:hidden|website|search))", page)) == 1
    assert "csrfmiddlewaretoken" not in page
    assert not client.cookies


def test_an_address_gets_a_letter_with_a_link_and_is_not_yet_subscribed(
    subscribe: Subscribe,
) -> None:
    assert subscribe("Vera@Example.org", "ru").url == "/ru/subscriptions/asked/"
    subscription = Subscription.objects.get(email="vera@example.org")
    assert (subscription.status, subscription.language) == ("pending", "ru")
    [letter] = mail.outbox
    assert letter.to == ["vera@example.org"]
    assert f"{settings.SITE_URL}/ru/subscriptions/confirm/" in letter.body
    assert letter.extra_headers["Content-Language"] == "ru"


def test_what_was_asked_is_kept_as_evidence(subscribe: Subscribe) -> None:
    subscribe("vera@example.org", next="/en/articles/1-probe/")
    event = ConsentEvent.objects.get()
    assert (event.action, event.language) == ("asked", "en")
    assert "one letter a day" in event.text
    assert event.text in mail.outbox[0].body.replace("\n", " ")
    assert "/en/articles/1-probe/" in event.origin


@pytest.mark.parametrize("status", ["", *Subscription.Status.values])
def test_every_address_gets_the_same_answer(subscribe: Subscribe, status: str) -> None:
    if status:
        make_subscription("vera@example.org", status=status)
    answer = subscribe("vera@example.org")
    assert (answer.status_code, answer.url, answer.content) == (302, ASKED, b"")


def test_a_suppressed_address_gets_the_same_answer_and_no_letter(subscribe: Subscribe) -> None:
    Suppression.objects.create(address_hash=hash_of_address("vera@example.org"), reason="erased")
    assert subscribe("Vera@example.org").url == ASKED
    assert not mail.outbox
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("status", ["active", "paused"])
def test_a_subscriber_gets_the_link_to_the_preferences(subscribe: Subscribe, status: str) -> None:
    before = make_subscription("vera@example.org", status=status)
    subscribe("vera@example.org", "ru", time_zone="Asia/Tokyo")
    after = Subscription.objects.get()
    assert (after.status, after.language, after.time_zone) == (status, "en", before.time_zone)
    assert "/en/subscriptions/preferences/" in mail.outbox[0].body
    assert "/confirm/" not in mail.outbox[0].body


@pytest.mark.parametrize("status", ["pending", "active"])
def test_one_address_gets_one_letter_in_ten_minutes(subscribe: Subscribe, status: str) -> None:
    make_subscription("vera@example.org", status=status)
    for _ in range(3):
        assert subscribe("vera@example.org").url == ASKED
    assert len(mail.outbox) == 1
    Subscription.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    subscribe("vera@example.org")
    assert len(mail.outbox) == 2


def test_one_client_can_ask_for_few_addresses(subscribe: Subscribe) -> None:
    for number in range(limits.PER_CLIENT):
        assert subscribe(f"victim{number}@example.org").status_code == 302
    answer = subscribe("one-more@example.org")
    assert answer.status_code == 429
    assert "one-more@example.org" in answer.content.decode()
    assert len(mail.outbox) == limits.PER_CLIENT


def test_all_clients_together_can_ask_for_so_many(
    subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "IN_TOTAL", 1)
    assert subscribe("vera@example.org").status_code == 302
    assert subscribe("pavel@example.org").status_code == 429


def test_without_counters_no_letter_leaves_and_the_page_says_so(
    subscribe: Subscribe, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = subscribe("vera@example.org")
    assert answer.status_code == 503
    assert "vera@example.org" in answer.content.decode()
    assert not mail.outbox


def test_a_robot_gets_the_same_answer_and_no_letter(subscribe: Subscribe) -> None:
    assert subscribe("vera@example.org", website="https://spam.example").url == ASKED
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        (" vera@example.org ", "vera@example.org"),
        ("vera@пример.рф", "vera@xn--e1afmkfd.xn--p1ai"),
        ("vera@EXAMPLE.org", "vera@example.org"),
        ("v.e+ra'x@example.org", "v.e+ra'x@example.org"),
        ("vera@exаmple.org", "vera@xn--exmple-4nf.org"),  # a Cyrillic а: somebody else's domain
        ("vera@ｅxample.org", "vera@example.org"),  # a wide e is an e
    ],
)
def test_addresses_are_kept_in_one_form(subscribe: Subscribe, typed: str, normal: str) -> None:
    subscribe(typed)
    assert Subscription.objects.get().email == normal
    assert mail.outbox[0].to == [normal]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "vera",
        "vera@",
        "@example.org",
        "vera@example",
        "ve ra@example.org",
        "vera@example.org, pavel@example.org",
        "vera@example.org\nBcc: all@example.org",
        "vera@example.org\r\n\r\nhello",
        "vera@exam\0ple.org",
        "вера@example.org",
        "v" * 65 + "@example.org",
        "vera@" + "x" * 64 + ".org",
        "vera@" + "пример." * 30 + "рф",
        "v" * 10_000 + "@example.org",
        "<script>@example.org",
    ],
)
def test_what_is_no_address_is_shown_again_with_the_reason(
    subscribe: Subscribe, typed: str
) -> None:
    answer = subscribe(typed)
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Subscription.objects.exists()
    assert not mail.outbox


@pytest.mark.parametrize("domain", ["thrown-away.example", "a.b.Thrown-Away.example", "кот.рф"])
def test_a_refused_domain_is_told_and_its_neighbours_are_welcome(
    subscribe: Subscribe, settings: Settings, domain: str
) -> None:
    settings.REFUSED_MAIL_DOMAINS = frozenset(["thrown-away.example", "xn--j1aim.xn--p1ai"])
    assert "get no digest here" in subscribe(f"vera@{domain}").content.decode()
    assert not Subscription.objects.exists() and not mail.outbox
    subscribe("vera@not-thrown-away.example")
    assert Subscription.objects.exists()


@pytest.mark.parametrize("zone", ["Europe/Riga", "Asia/Kathmandu"])
def test_the_browsers_time_zone_is_kept(subscribe: Subscribe, zone: str) -> None:
    subscribe("vera@example.org", time_zone=zone)
    assert Subscription.objects.get().time_zone == zone


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd", "x" * 9999, "\0"])
def test_any_other_time_zone_is_ignored(subscribe: Subscribe, zone: str) -> None:
    subscribe("vera@example.org", time_zone=zone)
    assert Subscription.objects.get().time_zone == settings.TIME_ZONE


@pytest.mark.parametrize("name", ["Origin", "Referer"])
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example", "http://["]
)
def test_other_sites_cannot_press_the_button(subscribe: Subscribe, name: str, origin: str) -> None:
    assert subscribe("vera@example.org", headers={name: origin}).status_code == 403
    assert not Subscription.objects.exists()


def test_a_program_that_names_no_page_may_subscribe(subscribe: Subscribe) -> None:
    assert subscribe("vera@example.org", headers={}).url == ASKED


def test_the_answer_leads_back_to_the_page_one_came_from(
    subscribe: Subscribe, client: Client
) -> None:
    url = subscribe("vera@example.org", next="/en/articles/1-probe/").url
    assert 'href="/en/articles/1-probe/"' in client.get(url).content.decode()


@pytest.mark.parametrize("strange", ["\0", "/\0", "/\r\nX: y", "/" + "x" * 99_999])
def test_a_strange_way_back_is_forgotten(subscribe: Subscribe, strange: str) -> None:
    assert subscribe("vera@example.org", next=strange).url == ASKED
    assert Subscription.objects.exists()


def test_once_a_suppression_is_lifted_the_owner_may_subscribe(subscribe: Subscribe) -> None:
    make_subscription("vera@example.org", status="suppressed")
    subscribe("vera@example.org")
    assert Subscription.objects.get().status == "pending"
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_the_answer_leads_to_no_other_site(client: Client, next_url: str) -> None:
    page = client.get(ASKED, {"next": next_url}).content.decode()
    assert f'href="{next_url}' not in page


def test_a_letter_whose_task_was_lost_leaves_with_the_next_sweep() -> None:
    signup.ask("vera@example.org", "en", "UTC", "form")
    assert not mail.outbox
    for _ in range(2):
        signup.sweep_letters(timezone.now() + timedelta(minutes=5))
    assert len(mail.outbox) == 1


def test_a_letter_is_tried_again_while_the_mail_server_is_away() -> None:
    pk = signup.ask("vera@example.org", "en", "UTC", "form")
    with patch("django.core.mail.message.EmailMessage.send", side_effect=ConnectionRefusedError):
        assert not signup.send_letter(pk or 0)
    assert Subscription.objects.owed_letter().exists()
    assert signup.send_letter(pk or 0)
    assert len(mail.outbox) == 1


def test_a_letter_that_is_refused_for_good_is_not_tried_again() -> None:
    pk = signup.ask("vera@example.org", "en", "UTC", "form")
    refusal = SMTPRecipientsRefused({"vera@example.org": (550, b"no such user")})
    with patch("django.core.mail.message.EmailMessage.send", side_effect=refusal):
        signup.send_letter(pk or 0)
    assert not Subscription.objects.owed_letter().exists()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_both_letters_say_why_they_came_and_carry_no_tracker(
    subscribe: Subscribe, language: str
) -> None:
    subscribe("vera@example.org", language)
    make_subscription("pavel@example.org", language=language)
    subscribe("pavel@example.org", language)
    for letter in mail.outbox:
        html = letter.alternatives[0][0]
        assert letter.to[0] in html
        assert f'lang="{language}"' in html
        assert "<img" not in html
        assert len(letter.subject) > 10
