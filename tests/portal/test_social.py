"""Logging in by another site, from our button over the other site and back."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.http import HttpResponse
from django.test import Client

from comments import bans
from comments.moderation import Ruling
from portal.models import User, UserManager
from tests.factories import make_user
from tests.portal.elsewhere import Elsewhere, elsewhere, switch_on
from tests.portal.people import PASSWORD, link_in, log_in, mailbox, make_reader
from tests.portal.test_account_security import ELSEWHERE

pytestmark = pytest.mark.django_db

BUTTON = "/en/accounts/social/elsewhere/login/"
NAME = "/en/accounts/social/signup/"
CONNECTIONS = "/en/accounts/social/"


@pytest.fixture
def site(settings) -> Iterator[Elsewhere]:
    with elsewhere() as site:
        switch_on(settings, site.url)
        yield site


def leave(client: Client, button: str = BUTTON, **sent: str) -> str:
    """The address over there to which our button leads."""
    page = client.post(button, sent)
    assert page.status_code == 200
    links = re.findall(r'<a class="button" href="([^"]+)" rel', page.content.decode())
    assert f'content="0;url={links[0]}"' in page.content.decode()
    return unescape(links[0])


def arrive(client: Client, site: Elsewhere, **sent: str) -> HttpResponse:
    """By the button, “yes” over there, and back."""
    return client.get(site.consent(leave(client, **sent)))


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def is_logged_in(client: Client) -> bool:
    return client.get("/en/accounts/settings/").status_code == 200


def test_somebody_new_chooses_a_name_and_is_back_where_they_were(client, site):
    assert "Continue with Elsewhere" in text(client.get("/en/accounts/signup/"))
    assert arrive(client, site, next="/en/discussions/").url == NAME
    form = text(client.get(NAME))
    assert 'value="Vera"' in form
    assert "Confirmed by Elsewhere." in form
    assert client.post(NAME, {"username": "Verochka"}).url == "/en/discussions/"
    user = User.objects.get(username="Verochka")
    assert (user.email, user.first_name, user.has_usable_password()) == (
        "vera@example.org",
        "",
        False,
    )
    assert EmailAddress.objects.get(user=user).verified
    assert is_logged_in(client)


def test_who_comes_again_is_logged_in_at_once(client, site):
    arrive(client, site)
    client.post(NAME, {"username": "Vera"})
    client.logout()
    assert arrive(client, site, next="/en/search/").url == "/en/search/"
    assert is_logged_in(client)
    assert User.objects.count() == 1


def test_of_what_the_other_site_tells_only_a_name_is_kept(client, site):
    arrive(client, site)
    assert "key-to-everything" not in str(dict(client.session))
    client.post(NAME, {"username": "Vera"})
    assert SocialAccount.objects.get().extra_data == {"username": "Vera"}
    assert not SocialToken.objects.exists()


def test_who_doesnt_agree_over_there_hears_so_and_nothing_changes(client, site):
    client.cookies["django_language"] = "en"
    back = client.get(site.refuse(leave(client, "/ru/accounts/social/elsewhere/login/")))
    assert back.url == "/ru/accounts/social/cancelled/"
    assert "Вы не вошли" in text(client.get(back.url))
    assert not is_logged_in(client)
    assert not User.objects.exists()


def test_the_address_of_an_existing_reader_opens_nothing_and_tells_only_its_owner(client, site):
    make_reader("boris")
    arrive(client, site)
    answer = client.post(NAME, {"username": "Verochka"})
    assert answer.url == "/en/accounts/confirm-email/"
    assert not is_logged_in(client)
    assert not SocialAccount.objects.exists()
    assert [letter.subject for letter in mailbox("vera@example.org")] == [
        "You have an account already"
    ]


def test_an_address_typed_instead_shows_no_stranger_who_has_an_account(client, site):
    """Neither by the page nor by cookies: both are as for an address that nobody has."""
    site.person["email_verified"] = False
    make_reader("boris", email="known@example.org")
    answers = []
    for number, email in enumerate(("known@example.org", "other@example.org")):
        site.person["sub"] = str(number)
        stranger = Client()
        arrive(stranger, site)
        answer = stranger.post(NAME, {"username": f"Guest{'ab'[number]}", "email": email})
        answers.append((answer.status_code, answer.url, sorted(stranger.cookies)))
        assert len(mailbox(email)) == 1
    assert answers[0] == answers[1]


@pytest.mark.parametrize("word", [False, "false", None, "yes"])
def test_an_unconfirmed_address_is_confirmed_by_a_letter(client, site, word):
    site.person["email_verified"] = word
    arrive(client, site, next="/en/discussions/")
    sent = {"username": "Vera", "email": "vera@example.org"}
    assert client.post(NAME, sent).url == "/en/accounts/confirm-email/"
    assert not is_logged_in(client)
    assert client.post(link_in(mailbox()[-1])).url == "/en/discussions/"
    assert is_logged_in(client)


def test_without_any_address_one_is_asked_for(client, site):
    site.person = {"sub": "1"}
    arrive(client, site)
    assert "This field is required" in text(client.post(NAME, {"username": "Vera", "email": ""}))
    sent = {"username": "Vera", "email": "v@example.org"}
    assert client.post(NAME, sent).url == "/en/accounts/confirm-email/"


@pytest.mark.parametrize(
    ("name", "said"),
    [("boris", "is taken"), ("Bоris", "not in both"), ("moderator", "reserved"), ("x", "at least")],
)
def test_a_name_that_cant_be_had_is_refused_and_another_one_can_follow(client, site, name, said):
    make_user("boris")
    site.person["preferred_username"] = name
    arrive(client, site)
    assert f'value="{name}"' not in text(client.get(NAME))
    assert said in text(client.post(NAME, {"username": name}))
    assert client.post(NAME, {"username": "Verochka"}).status_code == 302
    assert is_logged_in(client)


def test_of_two_who_choose_one_name_at_once_the_second_chooses_anew(client, site, monkeypatch):
    arrive(client, site)
    ask = UserManager.named_like

    def free_until_asked(manager, name):
        if name == "Verochka":
            monkeypatch.undo()
            make_user(name)
            return User.objects.none()
        return ask(manager, name)

    monkeypatch.setattr(UserManager, "named_like", free_until_asked)
    answer = client.post(NAME, {"username": "Verochka"})
    assert (answer.status_code, User.objects.count()) == (409, 1)
    assert client.post(NAME, {"username": "Vera"}).status_code == 302
    assert is_logged_in(client)


def test_the_address_typed_by_hand_cant_replace_a_confirmed_one(client, site):
    make_reader("boris", email="known@example.org")
    arrive(client, site)
    client.post(NAME, {"username": "Verochka", "email": "known@example.org"})
    assert User.objects.get(username="Verochka").email == "vera@example.org"


def test_a_forged_state_logs_nobody_in(client, site):
    """Whoever lures others to an address that ends a log-in of theirs gets nothing by it."""
    back = site.consent(leave(client))
    victim = Client()
    for address in (back, re.sub("state=[^&]*", "state=forged", back), back.split("?")[0]):
        answer = victim.get(address)
        assert answer.status_code == 401
        assert "could not tell us who you are" in text(answer)
        assert NAME not in str(victim.get(NAME).url)
    assert client.get(back).url == NAME
    assert client.get(back).status_code == 401


BROKEN = {
    "/.well-known/openid-configuration": [(500, ""), (200, "<html>"), (200, "{}"), (200, "[]")],
    "/token": [(500, ""), (200, "<html>"), (200, "[]"), (200, '{"access_token": "x"}')],
    "/userinfo": [(500, "{}"), (200, "<html>"), (200, "null"), (200, '{"sub": "9"}'), (200, "{}")],
}
CASES = [(path, answer) for path, answers in BROKEN.items() for answer in answers]


@pytest.mark.parametrize(("path", "answer"), CASES)
def test_a_site_out_of_order_gets_a_page_that_says_so(client, site, path, answer):
    asked = site.consent(leave(client))
    site.broken[path] = answer
    responses = [client.get(asked), client.post(BUTTON)]
    failed = [response for response in responses if response.status_code == 401]
    assert failed
    assert "could not tell us who you are" in text(failed[0])
    assert not User.objects.exists()


def test_a_site_that_is_away_gets_a_page_that_says_so(client, settings):
    switch_on(settings, "http://127.0.0.1:9")
    answer = client.post("/ru/accounts/social/elsewhere/login/")
    assert answer.status_code == 401
    assert "Сайт «Elsewhere» не смог сообщить нам, кто вы" in text(answer)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_open_redirect(client, site, target):
    arrive(client, site, next=target)
    assert client.post(NAME, {"username": "Vera"}).url == "/en/"


def test_nobody_leaves_by_get_or_without_the_token_of_the_form(client, site):
    assert client.get(BUTTON).status_code == 405
    assert Client(enforce_csrf_checks=True).post(BUTTON).status_code == 403


def test_no_form_may_lead_elsewhere(client, site):
    """The page that leads on is left by a link and by itself; the policy stays as it is."""
    policy = client.get("/en/accounts/login/").headers["Content-Security-Policy"]
    assert "form-action 'self';" in policy + ";"


def test_a_ban_closes_this_door_too(client, site):
    arrive(client, site)
    client.post(NAME, {"username": "Vera"})
    chief = make_user("chief", is_superuser=True)
    bans.ban(User.objects.get(username="Vera"), Ruling(chief, "spam"))
    assert not is_logged_in(client)
    assert arrive(client, site).url == "/en/accounts/inactive/"
    assert not is_logged_in(client)


def test_the_second_step_is_asked_for_all_the_same(client, site):
    from tests.portal.test_logging_in import turn_on_codes

    make_reader()
    log_in(client)
    turn_on_codes(client)
    arrive(client, site)
    assert SocialAccount.objects.exists()
    client.logout()
    assert arrive(client, site).url == "/en/accounts/2fa/authenticate/"
    assert not is_logged_in(client)


def connect(client: Client, site: Elsewhere, name: str = "Vera") -> HttpResponse:
    log_in(client, make_reader(name, email=f"{name.lower()}@example.org").email)
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    return arrive(client, site)


def test_a_reader_connects_and_disconnects_and_is_told_by_mail(client, site):
    assert connect(client, site).url == CONNECTIONS
    page = text(client.get(CONNECTIONS))
    assert "From now on you can log in by Elsewhere." in page
    row = SocialAccount.objects.get()
    assert client.post(CONNECTIONS, {"account": row.pk}).url == CONNECTIONS
    assert "None yet." in text(client.get(CONNECTIONS))
    subjects = [letter.subject for letter in mailbox("vera@example.org")]
    assert subjects == ["A way to log in was added", "A way to log in was removed"]


def test_to_connect_one_shows_once_more_who_one_is(client, site):
    make_reader()
    log_in(client)
    assert "/reauthenticate/" in arrive(client, site).url
    assert not SocialAccount.objects.exists()
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    assert SocialAccount.objects.get().user.username == "Vera"


def test_nobody_disconnects_what_belongs_to_another(client, site):
    connect(client, site)
    row = SocialAccount.objects.get()
    client.force_login(make_user("boris"))
    assert client.post(CONNECTIONS, {"account": row.pk}).status_code == 200
    assert SocialAccount.objects.filter(pk=row.pk).exists()


def test_an_account_over_there_belongs_to_one_reader_here(client, site):
    connect(client, site)
    client.logout()
    connect(client, site, "boris")
    assert "belongs to another reader" in text(client.get(CONNECTIONS))
    assert SocialAccount.objects.get().user.username == "Vera"


def test_the_last_way_in_stays(client, site):
    arrive(client, site)
    client.post(NAME, {"username": "Vera"})
    page = client.post(CONNECTIONS, {"account": SocialAccount.objects.get().pk})
    assert "has no password" in text(page)
    assert SocialAccount.objects.exists()


def test_a_site_that_was_switched_off_opens_nothing_and_breaks_nothing(client, site, settings):
    connect(client, site)
    settings.SOCIAL_PROVIDERS = ["github"]
    assert "None yet." in text(client.get(CONNECTIONS))
    assert client.post(BUTTON).status_code == 404


def test_with_no_site_nothing_of_it_is_to_be_seen(client):
    user = make_reader()
    for path in ("/en/accounts/login/", "/en/accounts/signup/"):
        assert "account elsewhere" not in text(client.get(path))
    client.force_login(user)
    assert "Other sites" not in text(client.get("/en/accounts/settings/"))
    for path in (CONNECTIONS, NAME, "/en/accounts/social/cancelled/"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    for path in (BUTTON, "/en/accounts/social/github/login/", "/en/accounts/social/x/login/"):
        assert client.post(path).status_code == 404
    for name in ("elsewhere", "github"):
        assert client.get(f"/accounts/social/{name}/callback/?code=x&state=y").status_code == 404
    for path in ("3rdparty/", "github/login/", "oidc/x/login/", "social/connections/"):
        assert client.get(f"/en/accounts/{path}").status_code == 404


def test_too_many_tries_wait(client, site):
    statuses = [client.post("/en/accounts/social/github/login/").status_code for _ in range(31)]
    assert statuses == [200] * 30 + [429]


GITHUB = {
    "/user": '{"id": 7, "login": "vera", "name": "Real", "email": null}',
    "/user/emails": '[{"email": "old@example.org", "primary": false, "verified": true},'
    ' {"email": "vera@example.org", "primary": true, "verified": true}]',
    "/token": '{"access_token": "key"}',
}


def test_github_speaks_its_own_way(client, site, monkeypatch):
    adapter = "allauth.socialaccount.providers.github.views.GitHubOAuth2Adapter"
    monkeypatch.setattr(f"{adapter}.access_token_url", f"{site.url}/token")
    monkeypatch.setattr(f"{adapter}.profile_url", f"{site.url}/user")
    monkeypatch.setattr(f"{adapter}.emails_url", f"{site.url}/user/emails")
    site.broken = {path: (200, body) for path, body in GITHUB.items()}
    away = leave(client, "/en/accounts/social/github/login/")
    assert away.startswith("https://github.com/login/oauth/authorize?")
    assert "redirect_uri=http%3A%2F%2Ftestserver%2Faccounts%2Fsocial%2Fgithub%2Fcallback%2F" in away
    assert client.get(site.consent(away)).url == NAME
    client.post(NAME, {"username": "Vera"})
    assert [*EmailAddress.objects.values_list("email", "verified")] == [("vera@example.org", True)]
    assert SocialAccount.objects.get().extra_data == {"username": "vera"}
