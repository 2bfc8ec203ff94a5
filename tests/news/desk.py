"""Editors at the desk, and what they save there."""

from django.contrib.auth.models import Group
from django.test import Client

from tests.factories import make_user

TITLE = "texts-0-title"


def desk_of(name: str, role: str = "editor") -> Client:
    editor = make_user(name, is_staff=True)
    editor.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(editor)
    return client


def save(client, article, data, **changes):
    address = f"/admin/news/article/{article.pk}/change/"
    return client.post(address, data | changes, follow=True)
