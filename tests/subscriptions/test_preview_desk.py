"""The next digest at the desk: as anyone, in HTML and text, and as a test to oneself."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.test import Client, override_settings
from django.utils import timezone

from subscriptions import limits
from subscriptions.models import Delivery, Edition, Subscription
from tests.factories import make_article, make_rubric, make_user

pytestmark = pytest.mark.django_db

PAGE = "/admin/subscriptions/edition/preview/"
ENGLISH = "?language=en&time_zone=UTC"


@pytest.fixture
def editor(client: Client) -> Client:
    user = make_user("editor", is_staff=True)
    user.groups.set(Group.objects.filter(name="editor"))
    EmailAddress.objects.create(user=user, email="editor@example.org", primary=True, verified=True)
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def news() -> None:
    make_article("Probe lands", languages=("en", "ru"), published_at=_just_now())


def _just_now() -> object:
    return timezone.now() - timedelta(seconds=1)


def read(client: Client, query: str = ENGLISH) -> str:
    response = client.get(PAGE + query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_shows_text_and_frames_the_html(editor: Client) -> None:
    page = read(editor)
    assert "Probe lands" in page and "vestnik-mark" not in page
    frame = re.search(r'sandbox src="([^"]+)"', page)[1].replace("&amp;", "&")
    letter = editor.get(frame)
    assert b"Probe lands" in letter.content and b"vestnik-mark" not in letter.content
    assert letter["X-Frame-Options"] == "SAMEORIGIN"
    policy = letter["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "script-src 'none'" in policy
    assert "frame-src 'self'" in editor.get(PAGE)["Content-Security-Policy"]


def test_each_language_and_rubric_has_its_own(editor: Client) -> None:
    other = make_rubric("health")
    assert 'lang="ru"' in editor.get(f"{PAGE}letter/?language=ru&time_zone=UTC").content.decode()
    assert "no letter would go out" in read(editor, f"{ENGLISH}&rubrics={other.pk}")
    make_article("Cure found", rubric=other, published_at=_just_now())
    page = read(editor, f"{ENGLISH}&rubrics={other.pk}")
    assert "Cure found" in page and "Probe lands" not in page


def test_what_the_last_digest_told_is_not_told_again(editor: Client) -> None:
    make_article("Old story", published_at=timezone.now() - timedelta(days=2))
    assert "Old story" not in read(editor)


@pytest.mark.parametrize(
    "query", ["?language=xx&time_zone=UTC", "?language=en&time_zone=Mars", f"{ENGLISH}&rubrics=0"]
)
def test_what_does_not_exist_is_named_beside_its_field(editor: Client, query: str) -> None:
    assert "Select a valid choice" in read(editor, query)
    assert editor.get(f"{PAGE}letter/{query}").status_code == 404


def test_a_test_goes_to_the_editors_own_address_and_counts_for_nothing(
    editor: Client, mailoutbox: list
) -> None:
    assert editor.post(PAGE + ENGLISH).status_code == 302
    (mail,) = mailoutbox
    assert mail.to == ["editor@example.org"] and mail.subject.startswith("Test: ")
    assert "Probe lands" in mail.body and "vestnik-mark" not in mail.body
    for model in (Delivery, Edition, Subscription):
        assert not model.objects.exists()


def test_tests_are_limited(editor: Client, mailoutbox: list) -> None:
    for _ in range(limits.TESTS + 1):
        editor.post(PAGE + ENGLISH)
    assert len(mailoutbox) == limits.TESTS
    assert "No more tests now" in read(editor)


def test_an_unconfirmed_address_gets_nothing(editor: Client, mailoutbox: list) -> None:
    EmailAddress.objects.update(verified=False)
    assert "Send me a test" not in read(editor)
    editor.post(PAGE + ENGLISH)
    assert not mailoutbox and "Nothing was sent" in read(editor)


@override_settings(
    EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
    EMAIL_HOST="127.0.0.1",
    EMAIL_PORT=9,
)
def test_what_the_mail_server_says_is_shown(editor: Client) -> None:
    editor.post(PAGE + ENGLISH)
    assert "The mail server did not take it" in read(editor)


def test_only_who_sends_the_digest_sees_it(client: Client, mailoutbox: list) -> None:
    for staff in (False, True):
        client.force_login(make_user(is_staff=staff))
        for page in (PAGE, f"{PAGE}letter/"):
            assert client.get(page + ENGLISH).status_code in (302, 403)
        assert client.post(PAGE + ENGLISH).status_code in (302, 403)
    assert not mailoutbox
