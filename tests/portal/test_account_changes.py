"""Readers change what their account hangs on, and are told of every change."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from portal.models import User
from tests.portal.people import PASSWORD, link_in, log_in, mailbox, make_reader
from tests.portal.test_logging_in import is_in, turn_on_codes

pytestmark = pytest.mark.django_db


@pytest.fixture
def vera(client):
    """She has logged in and shown just now that it is her."""
    user = make_reader()
    log_in(client)
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    return user


def subjects(address: str = "vera@example.org") -> list[str]:
    return [message.subject for message in mailbox(address)]


def change_address(client, address="new@example.org"):
    return client.post("/en/accounts/email/", {"email": address, "action_add": ""}, follow=True)


def change_password(client, **data):
    data = {"oldpassword": PASSWORD, "password1": "another horse entirely"} | data
    return client.post("/en/accounts/password/change/", data)


def test_a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told(client, vera):
    assert "A letter is on its way to new@example.org." in change_address(client).content.decode()
    vera.refresh_from_db()
    assert vera.email == "vera@example.org"
    client.post(link_in(mailbox("new@")[-1]))
    vera.refresh_from_db()
    assert vera.email == "new@example.org"
    assert EmailAddress.objects.get().email == "new@example.org"
    letter = mailbox("vera@")[-1]
    assert letter.subject == "Your e-mail address was changed"
    assert "It was vera@example.org and is new@example.org now." in " ".join(letter.body.split())


def test_an_address_that_another_reader_has_is_neither_given_away_nor_taken(client, vera):
    other = make_reader("boris", email="boris@example.org")
    said = change_address(client, "boris@example.org").content.decode()
    assert "A letter is on its way to boris@example.org." in said
    page = client.post(link_in(mailbox("boris@")[-1]), follow=True).content.decode()
    assert "belongs to another account already" in page
    other.refresh_from_db()
    assert User.objects.get(email="boris@example.org") == other


@pytest.mark.parametrize(
    "act",
    [
        lambda client: client.post("/en/accounts/email/", {"email": "x@e.org", "action_add": ""}),
        lambda client: client.get("/en/accounts/2fa/totp/activate/"),
        lambda client: client.get("/en/accounts/2fa/webauthn/add/"),
        lambda client: client.get("/en/accounts/2fa/recovery-codes/generate/"),
    ],
)
def test_what_decides_over_the_account_asks_again_who_it_is(client, act):
    make_reader()
    log_in(client)
    assert "/accounts/reauthenticate/" in act(client).url


def test_the_wrong_password_does_not_show_who_it_is(client):
    make_reader()
    log_in(client)
    page = client.post("/en/accounts/reauthenticate/", {"password": "wrong"}).content.decode()
    assert "This password isn’t right." in page
    assert "/accounts/reauthenticate/" in client.get("/en/accounts/2fa/webauthn/add/").url


def test_session_end_a_changed_password_ends_all_others_and_is_told(client, vera):
    elsewhere = Client()
    log_in(elsewhere)
    change_password(client)
    assert is_in(client)
    assert not is_in(elsewhere)
    assert subjects() == ["Your password was changed"]


def test_a_password_is_changed_only_by_whoever_knows_it(client, vera):
    page = change_password(client, oldpassword="guessed").content.decode()
    assert "This isn’t the password you have now." in page
    vera.refresh_from_db()
    assert vera.check_password(PASSWORD)


def test_a_forgotten_password_is_replaced_through_the_mailbox_and_ends_all_sessions(client, vera):
    stranger = Client()
    stranger.post("/en/accounts/password/reset/", {"email": "vera@example.org"})
    form = stranger.get(link_in(mailbox()[-1]), follow=True)
    action = form.redirect_chain[-1][0]
    assert stranger.post(action, {"password1": "another horse entirely"}).status_code == 302
    assert not is_in(client)
    assert subjects()[-1] == "Your password was changed"
    log_in(stranger, password="another horse entirely")
    assert is_in(stranger)


def test_the_link_for_a_new_password_works_once(client):
    make_reader()
    client.post("/en/accounts/password/reset/", {"email": "vera@example.org"})
    link = link_in(mailbox()[-1])
    action = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(action, {"password1": "another horse entirely"})
    assert "This link works no more" in client.get(link).content.decode()


def test_a_second_step_is_told_when_it_comes_and_when_it_goes(
    client, vera, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        turn_on_codes(client)
        client.post("/en/accounts/2fa/recovery-codes/generate/")
        client.post("/en/accounts/2fa/totp/deactivate/")
    assert set(subjects()) == {
        "Codes of an app were turned on",
        "New recovery codes were made",
        "Codes of an app were turned off",
    }


def test_a_notice_is_in_its_readers_language_and_says_when_and_where_from(client):
    make_reader(language="ru", time_zone="Asia/Tokyo")
    log_in(client)
    agent = "Mozilla/5.0 (Windows NT 10.0; rv:143.0) Gecko/20100101 Firefox/143.0"
    data = {"oldpassword": PASSWORD, "password1": "another horse entirely"}
    client.post("/en/accounts/password/change/", data, headers={"User-Agent": agent})
    letter = mailbox()[-1]
    assert letter.subject == "Пароль изменён"
    assert "Откуда: Firefox, Windows, 127.0.0.1" in letter.body
    assert "JST" in letter.body
    assert "http://testserver/ru/accounts/sessions/" in letter.body


def test_devices_are_listed_and_all_others_logged_out(client, vera):
    elsewhere = Client(headers={"User-Agent": "Mozilla/5.0 (iPhone) Version/26 Safari/604.1"})
    log_in(elsewhere)
    page = client.get("/en/accounts/sessions/").content.decode()
    assert "Safari, iPhone" in page
    assert page.count("this device") == 1
    client.post("/en/accounts/sessions/")
    assert is_in(client)
    assert not is_in(elsewhere)


def test_a_letter_says_the_same_in_text_and_html_and_names_its_sender(client):
    make_reader("O.Hara")
    client.post("/en/accounts/password/reset/", {"email": "vera@example.org"})
    letter = mailbox()[-1]
    html = letter.alternatives[0][0]
    for words in ("Hello, O.Hara!", "Choose a new password", link_in(letter), "It wasn’t you?"):
        assert words in html
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "Write to editors@example.org." in letter.body
