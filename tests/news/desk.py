"""Editors at the desk, and what they save there."""

from html.parser import HTMLParser

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


def translation_of(article, **fields):
    """What a browser sends from the page on which `article` is translated into Russian."""
    article.refresh_from_db(fields=["version"])
    text = article.texts.filter(language="ru").first()
    words = {
        name: getattr(text, name, "") for name in ("title", "lead", "body", "dateline", "slug")
    }
    checked = {"is_checked": "on"} if text and text.is_checked else {}
    own = words | checked | {"language": "ru", "origin": text.origin if text else "human"}
    own |= {"id": text.pk if text else "", "article": article.pk} | fields
    return {
        "translating": "1",
        "version": article.version,
        "texts-TOTAL_FORMS": 1,
        "texts-INITIAL_FORMS": 1 if text else 0,
        **{f"texts-0-{name}": value for name, value in own.items()},
    }


def translate_page(client, article):
    return client.get(f"/admin/news/article/{article.pk}/change/?translating=1").content.decode()


def sent_by(page):
    """What a browser would send from the forms of `page` as it is shown, without their buttons."""
    reader = _Fields()
    reader.feed(page.content.decode())
    return {name: value.removeprefix("\n") for name, value in reader.sent.items() if name}


class _Fields(HTMLParser):
    def __init__(self):
        super().__init__()
        self.sent, self.name, self.is_text = {}, "", False

    def handle_starttag(self, tag, attrs):
        said = {name: value or "" for name, value in attrs}
        self.is_text = tag == "textarea"
        if tag in ("select", "textarea"):
            self.name = said.get("name", "")
            self.sent[self.name] = ""
        elif tag == "option" and "selected" in said:
            self.sent[self.name] = said["value"]
        elif tag == "input" and self._is_sent(said):
            self.sent[said.get("name", "")] = said.get("value", "")

    def _is_sent(self, said):
        if said.get("type") in ("checkbox", "radio"):
            return "checked" in said
        return said.get("type") not in ("submit", "button", "file")

    def handle_data(self, data):
        if self.is_text:
            self.sent[self.name] += data

    def handle_endtag(self, tag):
        self.is_text = False
