"""What there is to see in a running portal, and for whom. Runs beside it, in `manage.py shell`."""

from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Count
from django.test import Client

from comments.models import MonthlyCount
from news.models import Article
from portal.models import User
from tests.factories import make_article, make_user
from tests.portal.addresses import make_world, path_to, patterns

ROLES = ["visitor", "owner", "moderator", "administrator"]


@transaction.atomic
def prepare() -> dict[str, Any]:
    """By name the `pages` of HTML, each with its path and the first of ROLES that sees it;
    `sessions`, the cookies of those roles.
    """
    samples = make_world()
    clients = {role: Client(SERVER_NAME="127.0.0.1") for role in ROLES}
    for role in ROLES[1:]:
        clients[role].force_login(_user(role))
    pages = {
        name: (path, role)
        for name, pattern in patterns().items()
        if not name.startswith("admin:")
        for path in [path_to(pattern, samples)]
        if (role := _who_sees(path, clients))
    }
    sessions = {role: clients[role].cookies["sessionid"].value for role in ROLES[1:]}
    return {"pages": pages | _more(), "sessions": sessions}


def _user(role: str) -> User:
    user = User.objects.filter(username=role).first()
    if user is None:
        user = make_user(role, is_staff=True, is_superuser=role == "administrator")
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        user.groups.set(Group.objects.filter(name=role))
    return user


def _who_sees(path: str, clients: dict[str, Client]) -> str | None:
    for role, client in clients.items():
        response = client.get(path)
        if response.status_code == 200:
            return (
                role
                if not response.streaming and response.content.startswith(b"<!DOCTYPE html>")
                else None
            )
    return None


def _more() -> dict[str, tuple[str, str]]:
    """Pages that no pattern alone leads to: the demo's fullest article, nothing found, errors."""
    published = Article.objects.published()
    fullest = published.alias(names=Count("mentions")).order_by("-names", "-comment_count")[0]
    MonthlyCount.objects.get_or_create(month=date(2026, 1, 1))
    retracted = make_article("Withdrawn", state="retracted", languages=("en", "ru"))
    return {
        "fullest article": (f"/en/articles/{fullest.pk}-x/", "visitor"),
        "fullest discussion": (f"/en/articles/{fullest.pk}-x/comments/", "visitor"),
        "article of a reader": (f"/en/articles/{fullest.pk}-x/", "owner"),
        "retracted article": (f"/en/articles/{retracted.pk}-x/", "visitor"),
        "much found": ("/en/search/?q=moon", "visitor"),
        "nothing found": ("/en/search/?q=qwertyuiop", "visitor"),
        "bad filters": ("/en/articles/?since=yesterday&rubric=space", "visitor"),
        "no such page": ("/en/nowhere/", "visitor"),
    }
