"""The first page of the newsroom says what waits, to each what they may do."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import posting
from comments.models import CommentReport
from news.models import MachineTranslation
from subscriptions.models import Alarm, Edition
from tests.factories import make_article, make_feed, make_item, make_user, mention
from tests.subscriptions.rows import YESTERDAY

pytestmark = pytest.mark.django_db


def desk_of(role: str) -> tuple[Client, object]:
    user, client = make_user(is_staff=True), Client()
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client, user


def lines(client: Client) -> dict[str, int]:
    return {line.label: line.number for line in client.get("/admin/").context["waiting"]}


def fill(user, number: int = 1) -> None:
    """So many of everything that can wait."""
    feed = make_feed(f"https://agency.example/{number}", failures=2)
    for n in range(number):
        article = make_article(state="draft", author=user)
        make_article(state="in_review")
        make_article(state="scheduled", published_at=timezone.now(), stuck_at=timezone.now())
        MachineTranslation.objects.create(article=article, language="ru", trouble="unreachable")
        mention(article, state="found")
        make_article(languages=("en", "ru")).texts.filter(language="en").update(lead="New")
        make_article(languages=("en", "ru")).texts.filter(language="ru").update(is_checked=False)
        make_item(feed=feed)
        comment = posting.post(make_article(), make_user().pk, f"Word {number} {n}.")
        CommentReport.objects.create(comment=comment, reason="abuse")
        cut_at = timezone.now() - timedelta(n, number)
        edition = Edition.objects.create(
            language="en", since=YESTERDAY, cut_at=cut_at, state="attention", message=b"-"
        )
        Alarm.objects.create(kind="stopped", edition=edition)


EDITORS = {
    "Not published at their hour",
    "Machine translations that failed",
    "Feeds that can’t be read",
    "Editions that have stopped",
    "Alarms of the digest",
    "My drafts",
    "In review",
    "Translations out of date",
    "Translations to be checked",
    "To be published today",
    "Proposed mentions",
    "Items that feeds have brought",
    "Articles for the next digest",
}
MODERATORS = {"Reported comments"}
SEES = {
    "author": {"My drafts", "Items that feeds have brought"},
    "translator": {"Translations out of date", "Machine translations that failed"},
    "editor": EDITORS,
    "moderator": MODERATORS,
    "administrator": EDITORS | MODERATORS,
}


@pytest.mark.parametrize("role", SEES)
def test_each_role_is_told_what_waits_for_it(role):
    client, user = desk_of(role)
    fill(user)
    assert lines(client).keys() == SEES[role]
    for line in client.get("/admin/").context["waiting"]:
        assert client.get(line.url).status_code == 200


def test_troubles_come_first_and_what_waits_leads_to_its_list():
    client, user = desk_of("editor")
    fill(user)
    waiting = client.get("/admin/").context["waiting"]
    assert [line.is_trouble for line in waiting] == sorted(
        (line.is_trouble for line in waiting), reverse=True
    )
    drafts = next(line for line in waiting if line.label == "My drafts")
    listed = client.get(drafts.url).context["cl"].result_list
    assert [article.author_id for article in listed] == [user.pk]


def test_it_costs_the_same_queries_however_much_waits():
    client, user = desk_of("administrator")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        return len(queries)

    fill(user)
    few = cost()
    fill(user, 12)
    assert cost() == few <= 22


def test_more_than_99_are_not_counted():
    client, user = desk_of("author")
    for _ in range(101):
        make_article(state="draft", author=user)
    assert lines(client) == {"My drafts": 100}
    assert "more than 99" in client.get("/admin/").content.decode()


def test_whoever_has_done_all_is_told_so_in_their_language():
    client, _user = desk_of("moderator")
    assert "All is done" in client.get("/admin/").content.decode()
    client.cookies["django_language"] = "ru"
    assert "Что вас ждёт" in client.get("/admin/").content.decode()
