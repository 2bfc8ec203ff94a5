"""Readers as the tests of accounts make them, and what reaches their mailboxes."""

import re
from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from portal import letters
from portal.accounts import AuthenticationBackend
from portal.models import User
from tests.factories import make_user

PASSWORD = "correct horse battery"
SIGNUP = {"email": "vera@example.org", "username": "Vera", "password1": PASSWORD}


def make_reader(username: str = "Vera", **fields: Any) -> User:
    """With a confirmed address, so that they can log in."""
    fields.setdefault("email", "vera@example.org")
    user = make_user(username, password=PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def mailbox(address: str = "") -> list[EmailMessage]:
    """What has reached `address`, or anybody, once all that is owed has left."""
    letters.sweep(timezone.now() + timedelta(minutes=2))
    return [message for message in mail.outbox if address in message.to[0]]


def link_in(message: EmailMessage) -> str:
    return str(re.search(r"http://testserver(/\S+)", str(message.body))[1])  # type: ignore[index]


def code_in(message: EmailMessage) -> str:
    return str(re.search(r"^    ([\w-]+)$", str(message.body), re.MULTILINE)[1])  # type: ignore[index]


def register(client: Client, next_url: str = "/en/") -> None:
    client.post(f"/en/accounts/signup/?next={next_url}", SIGNUP | {"next": next_url})
    link = link_in(mailbox()[-1])
    assert client.get(link).status_code == 200
    assert client.post(link).headers["Location"] == next_url


def log_in(client: Client, email: str = "vera@example.org", **more: Any) -> HttpResponse:
    """Through the form, as people do."""
    data = {"login": email, "password": PASSWORD, **more}
    return client.post("/en/accounts/login/", data)  # type: ignore[return-value]


def remember_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends a request is asked for once. For many requests of which each is undone: who they
    are, and what they may, would take a third of the time.
    """
    known: dict[int, User | None] = {}
    ask = AuthenticationBackend.get_user

    def get_user(backend: AuthenticationBackend, user_id: int) -> User | None:
        if user_id not in known:
            known[user_id] = ask(backend, user_id)
            if user := known[user_id]:
                user.get_all_permissions()
        return copy(known[user_id])

    monkeypatch.setattr(AuthenticationBackend, "get_user", get_user)
