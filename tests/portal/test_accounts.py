"""A visitor becomes a reader."""

import re

import pytest

from portal import letters
from portal.models import Letter, User
from tests.factories import make_article, make_user
from tests.portal.people import SIGNUP, link_in, log_in, mailbox, register

pytestmark = pytest.mark.django_db


def test_registration_is_confirmed_by_mail_and_leads_back_to_the_article(client):
    article = make_article("Probe lands")
    url = f"/en/articles/{article.pk}-probe-lands/"
    register(client, url)
    assert client.get("/en/accounts/settings/").status_code == 200
    client.logout()
    response = log_in(client, next=f"{url}#discussion")
    assert response.url == f"{url}#discussion"
    assert "Vera" in client.get(url).content.decode()


def test_the_link_in_the_mail_does_nothing_until_the_button_is_pressed(client):
    client.post("/en/accounts/signup/", SIGNUP)
    client.get(link_in(mailbox()[-1]))
    assert not User.objects.get().emailaddress_set.get().verified


def test_a_russian_registration_gets_a_russian_mail_and_account(client):
    client.post("/ru/accounts/signup/", SIGNUP)
    assert User.objects.get().language == "ru"
    assert re.search("[а-я]{4}", mailbox()[-1].subject)


def test_a_taken_name_is_told_in_any_case_of_letters(client):
    make_user("vera", email="other@example.org")
    response = client.post("/en/accounts/signup/", SIGNUP)
    assert response.status_code == 200
    assert User.objects.count() == 1
    assert "vera@example.org" in response.content.decode()


def test_a_known_address_is_not_given_away(client):
    make_user("someone", email="vera@example.org")
    response = client.post("/en/accounts/signup/", SIGNUP)
    assert response.status_code == 302
    assert User.objects.count() == 1


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https:evil.example"])
def test_login_leads_nowhere_else(client, target):
    register(client)
    client.logout()
    assert "evil" not in log_in(client, next=target).url


@pytest.mark.parametrize("password", ["123", "password", "a" * 3])
def test_a_weak_password_is_refused_and_the_rest_kept(client, password):
    response = client.post("/en/accounts/signup/", SIGNUP | {"password1": password})
    assert response.status_code == 200
    assert "vera@example.org" in response.content.decode()
    assert not User.objects.exists()


def test_settings_are_kept_and_times_shown_in_the_readers_zone(client):
    user = make_user()
    client.force_login(user)
    client.post("/en/accounts/settings/", {"language": "ru", "time_zone": "Asia/Tokyo"})
    user.refresh_from_db()
    assert (user.language, user.time_zone) == ("ru", "Asia/Tokyo")


def test_a_zone_that_does_not_exist_is_refused(client):
    client.force_login(make_user())
    data = {"language": "ru", "time_zone": "Mars/Olympus"}
    response = client.post("/en/accounts/settings/", data)
    assert "Mars/Olympus" in response.content.decode()
    assert User.objects.get().time_zone == "UTC"


def test_settings_are_for_readers_only(client):
    assert "/accounts/login/" in client.get("/en/accounts/settings/").url


def test_when_mail_is_down_letters_wait_for_it(client, settings):
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert client.post("/en/accounts/signup/", SIGNUP).status_code == 302
    assert mailbox() == []
    settings.EMAIL_BACKEND = backend
    assert client.post(link_in(mailbox()[0])).status_code == 302
    assert not Letter.objects.exists()


def test_a_letter_whose_time_is_over_is_dropped(client):
    client.post("/en/accounts/signup/", SIGNUP)
    letters.sweep(Letter.objects.get().useful_until)
    assert not Letter.objects.exists()
    assert mailbox() == []
