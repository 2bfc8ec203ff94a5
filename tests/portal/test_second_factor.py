"""Whoever works at the desk is led to set up a second factor, and then comes back."""

import pytest
from django.test import Client

from tests.factories import make_moderator
from tests.portal.people import log_in, make_reader
from tests.portal.test_logging_in import turn_on_codes

pytestmark = pytest.mark.django_db

WANTED = "/admin/news/article/?q=probe"


@pytest.fixture
def editor(settings, client):
    settings.STAFF_SECOND_FACTOR = True
    user = make_reader(is_staff=True, is_superuser=True)
    log_in(client)
    return user


def test_staff_without_one_are_led_to_it_and_back(client, editor):
    page = client.get(WANTED, follow=True)
    assert page.redirect_chain[-1][0].endswith("/accounts/2fa/")
    assert "Whoever works here needs a second step" in page.content.decode()
    assert "Go on to the newsroom" not in page.content.decode()
    turn_on_codes(client)
    codes = client.get("/en/accounts/2fa/recovery-codes/").content.decode()
    assert f'href="{WANTED}"' in codes
    assert client.get(WANTED).status_code == 200
    assert "Go on to the newsroom" not in client.get("/en/accounts/2fa/").content.decode()


def test_nothing_is_written_at_the_desk_before(client, editor):
    answer = client.post("/admin/news/rubric/add/", {"slug": "s", "name_en": "S"})
    assert answer.url == "/en/accounts/2fa/"
    assert client.get("/admin/jsi18n/").status_code == 200
    assert client.post("/admin/logout/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(client, editor):
    editor.authenticator_set.create(type="recovery_codes", data={})
    assert client.get(WANTED).url == "/en/accounts/2fa/"
    editor.authenticator_set.create(type="webauthn", data={"name": "phone"})
    assert client.get(WANTED).status_code == 200


def test_the_rule_holds_for_moderators_on_their_pages(settings):
    settings.STAFF_SECOND_FACTOR = True
    client = Client()
    client.force_login(make_moderator())
    assert client.get("/en/moderation/").url == "/en/accounts/2fa/"


def test_readers_and_visitors_are_not_asked(settings, client):
    settings.STAFF_SECOND_FACTOR = True
    assert client.get("/admin/").url.startswith("/admin/login/")
    client.force_login(make_reader())
    assert client.get("/en/accounts/settings/").status_code == 200
    assert client.get("/admin/", follow=True).status_code == 403


def test_the_rule_can_be_switched_off(settings, client, editor):
    settings.STAFF_SECOND_FACTOR = False
    assert client.get(WANTED).status_code == 200
