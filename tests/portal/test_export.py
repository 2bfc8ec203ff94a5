"""Readers take with them everything that is kept about them, and nobody else's."""

import json

import pytest
from django.db import connection

from comments import posting
from portal.models import User
from tests.factories import make_article
from tests.portal.life import EMAIL, NAME, SECRET, live, references
from tests.portal.people import PASSWORD, log_in, make_reader

pytestmark = pytest.mark.django_db


def export(client, kind: str = "json") -> str:
    return b"".join(client.get(f"/en/accounts/data/export.{kind}").streaming_content).decode()


@pytest.fixture
def told(client):
    """What the portal tells Zaramella about herself."""
    live()
    log_in(client, EMAIL)
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    return json.loads(export(client))


def test_nothing_is_missing(told):
    """A new table that names readers belongs into tests/portal/life.py, and from there here."""
    user = User.objects.get(username=NAME)
    missing = [
        f"{model._meta.label}.{name}"
        for model, name in references()
        if not model._base_manager.filter(**{name: user}).exists()
    ]
    assert missing == _UNNAMED


# References that hold nothing about her: that her account is about to be deleted, who decided on
# somebody else's appeal, response or articles, or on what a feed has brought, who asked a machine
# for a translation. The log of the desk, which is in it, says so of each.
_UNNAMED = [
    "portal.AccountDeletion.user",
    "comments.Appeal.decided_by",
    "news.BulkChange.made_by",
    "news.BulkChange.undone_by",
    "news.Exchange.answered_by",
    "news.IncomingItem.decided_by",
    "news.MachineTranslation.asked_by",
    "admin.LogEntry.user",  # Django's own log, in whose place ours stands
]


def test_every_part_of_a_readers_life_is_in_it(told):
    empty = [name for name, rows in told.items() if rows == []]
    assert empty == ["digest_rubrics", "digest_entities"]
    assert told["account"][0]["email"] == EMAIL
    assert [row["body"] for row in told["comments"]][1] == f"Hidden {SECRET}"
    assert told["comment_revisions"][0]["body"] == f"First {SECRET}"
    assert told["drafts"][0]["body"] == f"Draft {SECRET} of @{NAME}"
    assert told["mutes"][0]["muted_username"] == "boris"
    assert told["moderation"][0]["note"] == f"{NAME} again"
    assert told["consents"][0]["text"] == "I agree"
    assert told["articles"][0]["texts_title"] == f"Her reply {SECRET}"


def test_no_key_and_nobody_elses_address_is_in_it(told):
    text = json.dumps(told)
    for hidden in ("password", "session_key", "credential", "boris@example.org", "chief"):
        assert hidden not in text.replace('"chief"', "", 1)


def test_the_page_to_read_says_the_same_without_scripts(client, told):
    page = export(client, "html")
    for words in (EMAIL, f"Hidden {SECRET}", "Votes on comments", "Nothing."):
        assert words in page
    assert "<script" not in page


def test_what_readers_typed_is_only_text_in_the_page(client):
    user = make_reader()
    posting.post(make_article(), user.pk, "<script>alert(1)</script>")
    log_in(client)
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    assert "&lt;script&gt;alert(1)" in export(client, "html")


def test_only_the_owner_gets_it_and_only_after_showing_who_they_are(client):
    assert "/accounts/login/" in client.get("/en/accounts/data/export.json").url
    make_reader()
    log_in(client)
    for kind in ("json", "html"):
        response = client.get(f"/en/accounts/data/export.{kind}")
        assert response.url.startswith("/en/accounts/reauthenticate/?next=")


def test_it_leaves_row_by_row_with_the_same_number_of_queries(client):
    user = make_reader()
    article = make_article()
    log_in(client)
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    seen = []
    for _ in range(2):
        for number in range(10):
            posting.post(article, user.pk, f"{number}")
        with connection.execute_wrapper(lambda *call: seen.append(call[1]) or call[0](*call[1:])):
            assert json.loads(export(client))["comments"]
    first, second = seen[: len(seen) // 2], seen[len(seen) // 2 :]
    assert len(first) == len(second)


def test_nobody_makes_the_server_work_for_them_all_day(client):
    make_reader()
    log_in(client)
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    statuses = [client.get("/en/accounts/data/export.json").status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]
