"""Whatever a stranger sends: an answer below 500, nothing changed, and what they typed is kept.

`FUZZ=20 make test ARGS="-k hostile"` tries twenty times as much.
"""

import logging
import os
from collections.abc import Iterator
from html import unescape
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import health
from portal.models import User
from tests.factories import make_user
from tests.portal import hostile
from tests.portal.addresses import make_world, path_to, patterns, undone
from tests.portal.elsewhere import switch_on
from tests.portal.people import remember_people

pytestmark = pytest.mark.django_db

ROLES = ["visitor", "owner", "administrator"]
OURS = [name for name in patterns() if not name.startswith("admin:")]
DESK = [name for name in patterns() if name.startswith("admin:")]
# Django's admin stumbles over it when it is empty, and only staff can send it.
DJANGOS_OWN = {"_to_field"}
READING = {"GET", "HEAD", "OPTIONS", "TRACE"}
TRAPS = {"homepage"}  # hidden from people, who therefore type nothing there
TYPED = {"text", "email", "search", "url", "number", "time", "date", "textarea"}


class World:
    """Something at every address, somebody of each role, and what their pages say."""

    def __init__(self) -> None:
        self.samples = make_world()
        administrator = make_user("administrator", is_staff=True, is_superuser=True)
        EmailAddress.objects.create(user=administrator, email=administrator.email, primary=True)
        health.record_heartbeat()
        self.clients = {role: Client() for role in ROLES}
        for role in ROLES[1:]:
            self.clients[role].force_login(User.objects.get(username=role))
        self.rows = fingerprint()
        self._names: dict[str, set[str]] = {}

    def path(self, name: str) -> str:
        return path_to(patterns()[name], self.samples)

    def names(self, name: str) -> set[str]:
        """What the page of that name looks for in a query string or form."""
        if name not in self._names:
            with hostile.names_read() as self._names[name]:
                for role, method in product(ROLES, ["GET", "POST"]):
                    self.send(role, method, self.path(name))
            self._names[name] -= DJANGOS_OWN
        return self._names[name]

    def send(self, role: str, method: str, path: str, **more: Any) -> Any:
        """The answer, with whether it changed any row in `changed`; if so, that is undone."""
        cache.clear()  # limits on attempts would hide what comes behind them
        client = self.clients[role]
        cookies = client.cookies.output(header="", sep=";")
        with undone():
            before = written()
            response = client.generic(method, path, **more)
            response.changed = written() != before and fingerprint() != self.rows
        client.cookies.clear()
        client.cookies.load(cookies)
        return response


def written() -> int:
    """How many rows were written in this transaction so far, those taken back among them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
        )
        return cursor.fetchone()[0]


def fingerprint() -> str:
    """A hash of all the rows there are, but for what is noted of a reader in passing."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    hashes = " UNION ALL ".join(
        f"SELECT '{table}' || md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) AS hash"
        f" FROM {table} t"
        for table in sorted(tables - _NOTED)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(string_agg(hash, ' ' ORDER BY hash)) FROM ({hashes}) AS hashes")
        return cursor.fetchone()[0]


# Sessions, Django's own lists, how far a reader has read, and what can't be posted as it is.
_NOTED = {"django_session", "auth_permission", "django_content_type"}
_NOTED |= {"comments_visit", "comments_draft"}


@pytest.fixture
def world(request) -> Iterator[World]:
    switch_on(request.getfixturevalue("settings"))
    remember_people(request.getfixturevalue("monkeypatch"))
    logging.disable(logging.ERROR)
    yield World()
    logging.disable(logging.NOTSET)


def fuzzed(examples: int) -> Any:
    return settings(
        max_examples=examples * int(os.environ.get("FUZZ", "1")),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@fuzzed(100)
@given(data=st.data(), role=st.sampled_from(ROLES[:2]), name=st.sampled_from(OURS))
def test_no_query_is_an_error_of_ours(world, data, role, name):
    query = data.draw(hostile.filled(world.names(name)))
    response = world.send(role, "GET", f"{world.path(name)}?{query}")
    assert response.status_code < 500
    assert not response.changed


@fuzzed(75)
@given(data=st.data(), role=st.sampled_from(ROLES), name=st.sampled_from(OURS))
def test_no_request_is_an_error_of_ours(world, data, role, name):
    method, path, more = draw_request(data.draw, world, name)
    response = world.send(role, method, path, **more)
    assert response.status_code < 500
    if method in READING or response.status_code >= 400:
        assert not response.changed


@fuzzed(40)
@given(data=st.data(), name=st.sampled_from(DESK))
def test_no_request_to_the_desk_is_an_error_of_ours(world, data, name):
    method, path, more = draw_request(data.draw, world, name)
    assert world.send("administrator", method, path, **more).status_code < 500


def draw_request(draw: Any, world: World, name: str) -> tuple[str, str, dict[str, Any]]:
    """A method, an address, and the headers and body for `World.send`."""
    path = draw(hostile.addresses(patterns()[name], world.path(name)))
    query = draw(st.just("") | hostile.filled(world.names(name)))
    method, headers = draw(st.sampled_from(hostile.METHODS)), draw(hostile.headers)
    body = draw(hostile.bodies(world.names(name)))
    return method, f"{path}?{query}", {"headers": headers, **body}


# Refused for its length, for its shape, or for what it is: most forms refuse some of these.
WRONG = ["<b>“Ёлка”</b> & 'co' 🏴", "x" * 20_001, "0000-00-00", "a@b"]


def test_what_was_typed_is_kept_by_every_form_that_refuses_it(world):
    for (role, path, form), text in product(every_form(world), WRONG):
        names = [name for name in form.names_of(*TYPED) if name not in TRAPS]
        response = submit(world, role, path, form, dict.fromkeys(names, text))
        assert response.status_code < 500
        if response.status_code >= 400:
            assert not response.changed
        elif response.status_code >= 300 or response.changed:
            continue  # taken
        page = unescape(response.content.decode())
        assert page.count(text) >= len(names), (role, path, form)


def every_form(world: World) -> Iterator[tuple[str, str, hostile.Form]]:
    """Each form that somebody can type into, as the first of ROLES who is shown it."""
    seen = set()
    for role in ROLES:
        for path in map(world.path, OURS):
            answer = world.send(role, "GET", path)
            page = b"" if answer.streaming else answer.content
            for form in hostile.forms(page.decode("utf-8", "replace")):
                key = (form.action or path, *form.names_of(*TYPED))
                if form.names_of(*TYPED) and key not in seen:
                    seen.add(key)
                    yield role, form.action or path, form


def submit(world: World, role: str, path: str, form: hostile.Form, typed: dict[str, str]) -> Any:
    content = urlencode(form.values | typed)
    if form.method == "GET":
        return world.send(role, "GET", f"{path.partition('?')[0]}?{content}")
    form_type = "application/x-www-form-urlencoded"
    return world.send(role, "POST", path, data=content, content_type=form_type)


@pytest.mark.parametrize(
    "path",
    ["nope/", "articles/0-x/", f"articles/{'9' * 30}-x/", f"articles/{'9' * 5000}-x/", "a\0b/"],
)
def test_what_is_not_there_is_said_in_the_readers_language(client, path):
    response = client.get(f"/ru/{path}")
    assert response.status_code in (400, 404)
    assert 'lang="ru"' in response.content.decode()
