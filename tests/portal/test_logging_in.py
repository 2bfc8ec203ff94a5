"""Logging in: with a password, a code by e-mail, a second step; and what comes of guessing."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from tests.portal.people import PASSWORD, code_in, log_in, mailbox, make_reader

pytestmark = pytest.mark.django_db


def is_in(client) -> bool:
    return client.get("/en/accounts/settings/").status_code == 200


def ask_for_code(client, email="vera@example.org", **more):
    return client.post("/en/accounts/login/code/", {"email": email, **more}, follow=True)


def enter(client, code, **more):
    return client.post("/en/accounts/login/code/confirm/", {"code": code, **more})


def totp_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def turn_on_codes(client) -> str:
    """Set up an authenticator app, as a reader who has just logged in does; returns its key."""
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/en/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'class="key">(\w+)<', page)[1]
    response = client.post("/en/accounts/2fa/totp/activate/", {"code": totp_of(secret)})
    assert response.url == "/en/accounts/2fa/recovery-codes/"
    return secret


def test_a_code_by_mail_opens_the_account_without_a_password(client):
    make_reader()
    ask_for_code(client)
    response = enter(client, code_in(mailbox("vera@")[-1]), next="/en/articles/")
    assert response.url == "/en/articles/"
    assert is_in(client)


def test_a_code_may_be_typed_carelessly(client):
    make_reader()
    ask_for_code(client)
    enter(client, f" {code_in(mailbox()[-1]).lower().replace('-', ' ')} ")
    assert is_in(client)


def test_a_code_works_once_and_after_three_wrong_ones_no_more(client):
    make_reader()
    ask_for_code(client)
    code = code_in(mailbox()[-1])
    for wrong in ("BBBB-BBBB", "CCCC-CCCC", "DDDD-DDDD"):
        enter(client, wrong)
    enter(client, code)
    assert not is_in(client)


def test_another_code_can_be_sent_and_ends_the_first(client):
    make_reader()
    ask_for_code(client)
    client.post("/en/accounts/login/code/confirm/", {"action": "resend"})
    first, second = map(code_in, mailbox("vera@"))
    enter(client, first)
    assert not is_in(client)
    enter(client, second)
    assert is_in(client)


def test_a_code_comes_in_the_language_of_its_reader_wherever_it_is_asked_for(client):
    make_reader(language="ru")
    ask_for_code(client)
    assert mailbox()[-1].subject == "Ваш код для входа"


def test_with_codes_of_an_app_the_password_is_not_enough(client):
    make_reader()
    log_in(client)
    secret = turn_on_codes(client)
    client.logout()
    assert log_in(client, next="/en/articles/").url == "/en/accounts/2fa/authenticate/"
    assert not is_in(client)
    assert client.post("/en/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    response = client.post("/en/accounts/2fa/authenticate/", {"code": totp_of(secret)})
    assert response.url == "/en/articles/"
    assert is_in(client)


def test_a_code_by_mail_does_not_replace_the_second_step(client):
    make_reader()
    log_in(client)
    turn_on_codes(client)
    client.logout()
    ask_for_code(client)
    assert enter(client, code_in(mailbox("vera@")[-1])).url == "/en/accounts/2fa/authenticate/"
    assert not is_in(client)


def test_a_recovery_code_opens_the_account_once(client):
    make_reader()
    log_in(client)
    turn_on_codes(client)
    code = client.get("/en/accounts/2fa/recovery-codes/download/").content.decode().split()[0]
    for opens in (True, False):
        client.logout()
        log_in(client)
        client.post("/en/accounts/2fa/authenticate/", {"code": code})
        assert is_in(client) is opens


def test_the_keys_of_apps_are_not_readable_in_the_database(client):
    user = make_reader()
    log_in(client)
    secret = turn_on_codes(client)
    codes = client.get("/en/accounts/2fa/recovery-codes/download/").content.decode().split()
    stored = str(list(user.authenticator_set.values_list("data", flat=True)))
    assert secret not in stored
    assert not any(code in stored for code in codes)


def test_a_new_secret_key_still_opens_what_the_old_one_closed(client, settings):
    make_reader()
    log_in(client)
    secret = turn_on_codes(client)
    client.logout()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 8
    log_in(client)
    client.post("/en/accounts/2fa/authenticate/", {"code": totp_of(secret)})
    assert is_in(client)


def test_staff_come_to_the_desk_by_the_same_door(client):
    make_reader(is_staff=True, is_superuser=True)
    login_url = client.get("/admin/", follow=True).redirect_chain[-1][0]
    assert login_url == "/en/accounts/login/?next=%2Fadmin%2F"
    assert log_in(client, next="/admin/").url == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/password_change/").url == "/en/accounts/password/change/"
