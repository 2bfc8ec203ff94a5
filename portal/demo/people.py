"""The demo's people: three accounts to log in with, readers who comment, a few subscribers."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from portal.models import User
from subscriptions import consent
from subscriptions.models import ConsentEvent, Subscription

PASSWORD = "vestnik-demo"
SUBSCRIBERS = [
    ("anna@example.net", "en", "Europe/London"),
    ("boris@example.net", "ru", "Asia/Yekaterinburg"),
    ("clara@example.net", "en", "America/New_York"),
    ("dina@example.net", "ru", "Europe/Riga"),
]
ACCOUNTS = {"editor": "editor", "moderator": "moderator", "reader": ""}  # name: role


def load_people() -> list[User]:
    """The readers who comment, in the order of discussions.toml; the one to log in with is last."""
    accounts = {username: _load_account(username, role) for username, role in ACCOUNTS.items()}
    text = (Path(__file__).parent / "discussions.toml").read_text(encoding="utf-8")
    unusable = make_password(None)
    people = tomllib.loads(text)["readers"]
    readers = [_load_reader(number, person, unusable) for number, person in enumerate(people)]
    return [*readers, accounts["reader"]]


def _load_account(username: str, role: str) -> User:
    email = f"{username}@example.org"
    defaults = {"email": email, "is_staff": bool(role), "date_joined": _long_ago()}
    user, is_new = User.objects.get_or_create(username=username, defaults=defaults)
    if is_new:
        user.set_password(PASSWORD)
        user.save()
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def _load_reader(number: int, person: dict[str, Any], password: str) -> User:
    defaults = {
        "email": f"reader{number}@example.org",
        "password": password,
        "language": person["language"],
        "time_zone": person["time_zone"],
        "date_joined": _long_ago(),
    }
    return User.objects.get_or_create(username=person["username"], defaults=defaults)[0]


def _long_ago() -> datetime:
    """Newcomers' comments would wait for a moderator."""
    return timezone.now() - timedelta(days=365)


def load_subscriptions() -> None:
    for email, language, time_zone in SUBSCRIBERS:
        defaults = {"language": language, "time_zone": time_zone}
        subscription, is_new = Subscription.objects.get_or_create(email=email, defaults=defaults)
        if is_new:
            text = consent.wording(language)
            consent.record(subscription, ConsentEvent.Action.ASKED, text, language, "demo")
            consent.confirm(subscription, language, "demo")
