"""What keeps an account its owner's. Each test is named for the attack that it is about."""

import re
import threading
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from comments import posting
from portal.models import Letter, User
from tests.factories import make_article, make_user
from tests.portal.addresses import make_world, path_to, patterns
from tests.portal.elsewhere import switch_on
from tests.portal.people import (
    PASSWORD,
    SIGNUP,
    code_in,
    link_in,
    log_in,
    mailbox,
    make_reader,
    register,
    remember_people,
)

pytestmark = pytest.mark.django_db

FORMS = {
    "login": ("/en/accounts/login/", lambda email: {"login": email, "password": "guessed it"}),
    "signup": ("/en/accounts/signup/", lambda email: SIGNUP | {"email": email}),
    "reset": ("/en/accounts/password/reset/", lambda email: {"email": email}),
    "code": ("/en/accounts/login/code/", lambda email: {"email": email}),
}


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password was hashed: what takes the time of a log-in."""

    work = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).work += 1
        return super().encode(password, salt)


@pytest.fixture
def hashing(settings) -> Callable[[], int]:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]

    def since_last_time() -> int:
        work, CountingHasher.work = CountingHasher.work, 0
        return work

    return since_last_time


def shown(response: HttpResponse, email: str) -> tuple[int, str, str, list[str]]:
    """All that a stranger sees of an answer, without what differs every time."""
    text = response.content.decode().replace(email, "ADDRESS")
    text = re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"', "", text)
    return response.status_code, response.headers.get("Location", ""), text, [*response.cookies]


@pytest.mark.parametrize("form", FORMS)
def test_enumeration_by_status_body_and_cookies(form):
    make_reader("boris", email="known@example.org")
    path, data = FORMS[form]
    answers = []
    for email in ("known@example.org", "other@example.org"):
        client = Client()
        first = shown(client.post(path, data(email)), email)
        following = client.get(first[1] or path)
        answers.append((first, shown(following, email), sorted(client.cookies)))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("email", ["known@example.org", "closed@example.org"])
def test_enumeration_by_time(client, hashing, form, email):
    make_reader("boris", email="known@example.org")
    make_reader("clara", email="closed@example.org", is_active=False)
    path, data = FORMS[form]
    work = []
    for address in (email, "other@example.org"):
        hashing()
        client.post(path, data(address))
        work.append((hashing(), Letter.objects.count()))
        Letter.objects.all().delete()
        client.cookies.clear()
    assert work[0] == work[1]


@pytest.mark.parametrize("form", ["signup", "reset", "code"])
def test_enumeration_by_mail(client, form):
    """Every address gets one letter, so that only its owner learns the answer."""
    make_reader("boris", email="known@example.org")
    path, data = FORMS[form]
    for email in ("known@example.org", "other@example.org"):
        client.post(path, data(email))
        client.cookies.clear()
        assert len(mailbox(email)) == 1


def test_enumeration_by_wrong_codes(client):
    """Codes of addresses without an account are as wrong as others."""
    make_reader("boris", email="known@example.org")
    answers = []
    for email in ("known@example.org", "other@example.org"):
        client.post("/en/accounts/login/code/", {"email": email})
        response = client.post("/en/accounts/login/code/confirm/", {"code": "BBBB-BBBB"})
        answers.append(shown(response, email)[:3])
        client.cookies.clear()
    assert answers[0] == answers[1]


ELSEWHERE = [
    *("//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example"),
    *("/\t/evil.example", "\x01//evil.example", " //evil.example", "//evil\u3002example"),
    *("https:evil.example", "https:/evil.example", "http:///evil.example", "https://evil.example/"),
    *("https://testserver@evil.example", "https://testserver\\@evil.example"),
    *("https://testserver.evil.example", "//[::1]@evil.example"),
    *("javascript:alert(1)", "data:text/html,evil.example"),
]


def ways_with_next(client: Client, target: str) -> list[HttpResponse]:
    """Every form of an account that leads on to `next`."""
    answers = [log_in(client, next=target)]
    answers.append(
        client.post("/en/accounts/reauthenticate/", {"password": PASSWORD, "next": target})
    )
    change = {"oldpassword": PASSWORD, "password1": PASSWORD + "!", "next": target}
    answers.append(client.post("/en/accounts/password/change/", change))
    answers.append(client.get("/en/accounts/login/", {"next": target}))
    answers.append(client.post("/en/accounts/logout/", {"next": target}))
    client.post("/en/accounts/login/code/", {"email": "vera@example.org", "next": target})
    code = {"code": code_in(mailbox()[-1]), "next": target}
    answers.append(client.post("/en/accounts/login/code/confirm/", code))
    return answers


@pytest.mark.parametrize("target", ELSEWHERE)
def test_open_redirect(client, target):
    make_reader()
    answers = ways_with_next(client, target)
    assert [answer.status_code for answer in answers] == [302] * 6
    assert [answer.url for answer in answers if "evil" in answer.url or "alert" in answer.url] == []


def test_open_redirect_after_registration(client):
    client.post("/en/accounts/signup/", SIGNUP | {"next": "//evil.example"})
    assert client.post(link_in(mailbox()[-1])).url == "/en/"


def failures(client: Client, number: int, **changing: Callable[[int], str]) -> list[bool]:
    """Whether each of so many wrong passwords for different people was looked at at all."""
    looked_at = []
    for attempt in range(number):
        headers = {name: value(attempt) for name, value in changing.items()}
        data = {"login": f"reader{attempt}@example.org", "password": "guessed"}
        page = client.post("/en/accounts/login/", data, headers=headers).content.decode()
        looked_at.append("isn’t right" in page)
    return looked_at


def test_forwarded_header_rotation(client):
    """A visitor's word about where they come from counts for nothing."""
    rotated = {
        "X-Forwarded-For": lambda n: f"10.0.{n}.1",
        "X-Real-IP": lambda n: f"10.1.{n}.1",
        "Forwarded": lambda n: f"for=10.2.{n}.1",
        "CF-Connecting-IP": lambda n: f"10.3.{n}.1",
    }
    assert failures(client, 14, **rotated) == [True] * 10 + [False] * 4


def test_forwarded_header_rotation_behind_a_proxy(client, settings):
    """Of the list, only what our own proxy added counts; one household has one IPv6 network."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    rotated = {"X-Forwarded-For": lambda n: f"10.0.{n}.1, 2001:db8:0:1::{n:x}"}
    assert failures(client, 14, **rotated) == [True] * 10 + [False] * 4
    assert failures(client, 1, **{"X-Forwarded-For": lambda n: "203.0.113.9"}) == [True]


def test_guessing_one_password_from_many_places_and_under_many_host_names(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ALLOWED_HOSTS = ["testserver"]
    make_reader()
    answers = []
    for attempt in range(8):
        host = ["testserver", "TestServer", f"testserver:{attempt}"][attempt % 3]
        headers = {"X-Forwarded-For": f"203.0.113.{attempt}", "Host": host}
        data = {"login": "vera@example.org", "password": "guessed"}
        page = client.post("/en/accounts/login/", data, headers=headers).content.decode()
        answers.append("Too many attempts failed" in page)
    assert answers == [False] * 5 + [True] * 3


def test_guessing_codes_of_an_app(client):
    from tests.portal.test_logging_in import turn_on_codes

    make_reader()
    log_in(client)
    turn_on_codes(client)
    client.logout()
    log_in(client)
    path = "/en/accounts/2fa/authenticate/"
    pages = [client.post(path, {"code": f"{n:06}"}).content.decode() for n in range(7)]
    assert ["Too many attempts failed" in page for page in pages] == [False] * 5 + [True] * 2


def test_session_fixation(client):
    """A session that somebody else may know is not the one that is logged in."""
    make_reader()
    client.get("/en/accounts/login/?next=/en/")
    client.post("/en/accounts/login/code/", {"email": "vera@example.org"})
    before = client.session.session_key
    client.post("/en/accounts/login/code/confirm/", {"code": code_in(mailbox()[-1])})
    assert before and client.session.session_key != before


def test_a_closed_account_ends_its_sessions_and_opens_no_new_one(client):
    user = make_reader()
    log_in(client)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert "/accounts/login/" in client.get("/en/accounts/settings/").url
    assert log_in(client).url == "/en/accounts/inactive/"
    client.post("/en/accounts/login/code/", {"email": "vera@example.org"})
    assert mailbox()[-1].subject == "No account with this address"


# Who writes there shows a signed token in the address, or is a machine that has no cookies.
WITHOUT_COOKIES = re.compile(
    r"subscriptions:(?!my_)|comments:(letters_|appeal$)|beacon|mail_events"
)


def every_path(but: re.Pattern[str] | None = None) -> list[str]:
    samples = make_world()
    return [
        path_to(pattern, samples)
        for name, pattern in patterns().items()
        if not (but and but.match(name))
    ]


def test_csrf_on_every_form(settings):
    switch_on(settings)
    paths, client = every_path(WITHOUT_COOKIES), Client(enforce_csrf_checks=True)
    readers = [None, make_user("chief", is_staff=True, is_superuser=True)]
    for path in paths:
        for reader in readers:
            client.cookies.clear()
            if reader:
                client.force_login(reader)
            status = client.post(path, {"action": "x"}).status_code
            assert status == 403, path


def test_writes_by_get_and_head(client, settings, monkeypatch):
    """Links, pictures and mail scanners change nothing. Noted is how far one has read, and who has
    looked at addresses at the desk.
    """
    switch_on(settings)
    paths = every_path()
    client.force_login(make_reader(is_staff=True, is_superuser=True))
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    remember_people(monkeypatch)
    wrote: list[str] = []

    def watch(execute, sql, params, many, context):
        if re.match(r"\W*(INSERT|UPDATE|DELETE|TRUNCATE)", sql) and not NOTED.search(sql):
            wrote.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        for path in paths:
            client.get(path)
            if not path.startswith("/admin/"):  # whose views don't tell the two apart
                client.head(path)
    assert wrote == []
    assert client.get("/en/accounts/settings/").status_code == 200


NOTED = re.compile("django_session|news_auditentry|comments_visit|comments_notification")


def test_stored_xss_in_names(client):
    """Names can't have these signs; if one ever got in, no page and no letter would run it."""
    user, evil = make_reader(), '"><img src=x onerror=alert(1)>'
    article = make_article("Probe")
    posting.post(article, user.pk, "I was there.")
    User.objects.filter(pk=user.pk).update(username=evil)
    log_in(client)
    pages = [f"/en/articles/{article.pk}-probe/", "/en/accounts/data/", "/en/discussions/"]
    for page in pages:
        assert evil not in client.get(page).content.decode()
    client.post("/en/accounts/password/reset/", {"email": "vera@example.org"})
    assert evil not in mailbox()[-1].alternatives[0][0]


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver@evil.example"]
)
def test_host_header_poisoning(client, host):
    make_reader()
    data = {"email": "vera@example.org"}
    response = client.post("/en/accounts/password/reset/", data, headers={"Host": host})
    assert response.status_code == 400
    assert mailbox() == []


def test_links_in_letters_have_the_sites_own_name_under_every_allowed_one(client, settings):
    settings.ALLOWED_HOSTS = ["testserver", "www.testserver"]
    make_reader()
    headers = {"Host": "www.testserver:8080"}
    client.post("/en/accounts/password/reset/", {"email": "vera@example.org"}, headers=headers)
    letter = mailbox()[-1]
    assert "www.testserver" not in letter.body + letter.alternatives[0][0]
    assert link_in(letter)


def test_somebody_elses_passkey_code_and_session_are_out_of_reach(client):
    other = make_user()
    key = other.authenticator_set.create(type="webauthn", data={"name": "phone"})
    register(client)
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    for act in ("remove", "edit"):
        path = f"/en/accounts/2fa/webauthn/keys/{key.pk}/{act}/"
        assert client.post(path, {"name": "mine"}).status_code == 404
    key.refresh_from_db()
    assert key.data == {"name": "phone"}


@pytest.mark.django_db(transaction=True)
def test_signing_up_twice_at_the_same_moment():
    statuses: list[int] = []

    def sign_up(number: int) -> None:
        data = SIGNUP | {"email": f"vera{number}@example.org"}
        statuses.append(Client().post("/en/accounts/signup/", data).status_code)
        connection.close()

    threads = [threading.Thread(target=sign_up, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert User.objects.count() == 1
    assert max(statuses) < 500
