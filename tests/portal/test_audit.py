"""The audit log: one line for each thing that staff do, and nobody can take it back."""

import csv
import io

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments import posting
from comments.moderation import Ruling, decide
from news import publishing
from news.models import Article, AuditEntry
from tests.factories import make_article, make_feed, make_item, make_user, mention
from tests.portal.test_admin import form_of, staff
from tests.subscriptions.rows import make_subscription

pytestmark = pytest.mark.django_db

LOG = "/admin/news/auditentry/"


def desk_of(role: str) -> Client:
    client = Client()
    client.force_login(staff(role))
    return client


@pytest.fixture
def chief():
    return desk_of("administrator")


@pytest.fixture
def entry():
    return AuditEntry.objects.record(make_user("vera"), "change", make_article(), why="So.")[0]


@pytest.mark.parametrize(
    "change", [{"action": "add"}, {"name": "x"}, {"detail": "x"}, {"why": "x"}, {"kind": "x"}]
)
def test_an_entry_can_not_be_rewritten(entry, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(**change)


def test_an_entry_can_be_neither_deleted_nor_given_to_somebody_else(entry):
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(by=make_user())


def test_it_outlives_who_did_it_and_what_it_was_done_to(entry, chief):
    Article.objects.all().delete()
    entry.by.delete()
    page = chief.get(LOG).content.decode()
    assert "an account that is deleted" in page
    assert "So." in page


def post(path, **data):
    return lambda client: client.post(path, data)


def save(**fields):
    def press(client):
        article = Article.objects.get()
        client.post(f"/admin/news/article/{article.pk}/change/", form_of(article, **fields))

    return press


def decide_on(model, make, **data):
    def press(client):
        row = make()
        client.post(f"/admin/news/{model}/", {n: v or row.pk for n, v in data.items()})

    return press


def pause_subscription(client):
    chosen = {"action": "pause", "_selected_action": make_subscription().pk}
    client.post("/admin/subscriptions/subscription/", chosen)


DONE = [
    (save(_continue="1"), "change news.article"),
    (save(_submit="1"), "change news.article, state news.article"),
    (
        decide_on(
            "article", Article.objects.get, action="delete_selected", _selected_action=0, post="yes"
        ),
        "delete news.article",
    ),
    (
        decide_on(
            "mention",
            lambda: mention(Article.objects.get(), state="found"),
            action="accept",
            _selected_action=0,
        ),
        "change news.article",
    ),
    (decide_on("incomingitem", make_item, _dismiss=0), "change news.incomingitem"),
    (decide_on("incomingitem", make_item, _take=0), "change news.incomingitem, add news.article"),
    (decide_on("incomingfeed", make_feed, _switch_off=0), "change news.incomingfeed"),
    (post("/admin/news/rubric/add/", slug="s", name_en="S", position=1, hue=1), "add news.rubric"),
    (
        lambda client: client.get("/admin/subscriptions/subscription/export.csv"),
        "export subscriptions.subscription",
    ),
    (lambda client: client.get(f"{LOG}export.csv"), "export news.auditentry"),
    (pause_subscription, "change subscriptions.subscription"),
]


@pytest.mark.parametrize(("act", "lines"), DONE, ids=[lines for _act, lines in DONE])
def test_what_staff_do_is_one_line_each(chief, act, lines):
    make_article("Probe lands", state="draft")
    act(chief)
    entries = AuditEntry.objects.order_by("pk")
    assert [f"{entry.action} {entry.kind}" for entry in entries] == lines.split(", ")
    assert all(entry.by.groups.filter(name="administrator").exists() for entry in entries)


def test_a_change_of_roles_says_which(chief):
    reader, role = make_user("vera"), Group.objects.get(name="editor")
    chief.post(f"/admin/auth/group/{role.pk}/change/", {"name": "editor", "permissions": []})
    [entry] = AuditEntry.objects.filter(action="rights")
    assert "−" in entry.detail
    assert entry.name == "editor"
    assert reader.username not in entry.detail


def test_an_act_of_moderation_is_one_line_however_many_comments_it_was_about(chief):
    article, vera = make_article(), make_user("vera")
    comments = [posting.post(article, vera.pk, f"Word {n}.") for n in range(3)]
    ruling = Ruling(make_user("mod", is_superuser=True), "abuse", "A private note.")
    decide([comment.pk for comment in comments], "hide", ruling)
    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.detail, entry.why) == ("moderate", "Hidden (3)", "Insult or threat")


def test_who_returns_an_article_says_why_and_its_author_reads_it():
    author, editor = staff("author"), desk_of("editor")
    article = make_article(state="in_review", author=author)
    data = form_of(article, _return="1", why="The second source is missing.")
    editor.post(f"/admin/news/article/{article.pk}/change/", data)
    client = Client()
    client.force_login(author)
    for page in ("change", "history"):
        html = client.get(f"/admin/news/article/{article.pk}/{page}/").content.decode()
        assert "The second source is missing." in html
    assert AuditEntry.objects.get(action="state").words == "In review → Draft"


def test_what_the_hour_does_is_done_by_itself(chief):
    make_article(state="scheduled", published_at="2026-01-01T00:00:00Z")
    publishing.publish_due()
    assert AuditEntry.objects.get(action="state").is_automatic
    assert "by itself" in chief.get(LOG).content.decode()


FILTERS = {
    "who=vera": 1,
    "who=nobody": 2,
    "action=change": 1,
    "kind=portal.user": 1,
    "q=because": 1,
    "q=%22": 0,
    "since=2000-01-01&until=2199-01-01": 2,
    "since=2199-01-01": 0,
    "until=9999-12-31": 2,
    "since=yesterday&action=x&kind=y": 2,
    "number=0": 0,
}


@pytest.mark.parametrize("query", FILTERS)
def test_the_log_is_filtered_and_searched(chief, query):
    vera = make_user("vera")
    AuditEntry.objects.record(vera, "change", make_article("Probe lands"), why="Because.")
    AuditEntry.objects.record(make_user("boris"), "add", vera)
    response = chief.get(f"{LOG}?{query}")
    assert len(response.context["page"].items) == FILTERS[query]


def test_a_page_of_the_log_costs_the_same_whatever_its_length(chief):
    def cost(number):
        AuditEntry.objects.record(make_user(), "change", *[article] * number)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            chief.get(LOG)
        return len(queries)

    article = make_article()
    assert cost(10) == cost(60) <= 8
    older = chief.get(LOG).context["page"].next_query
    assert len(chief.get(LOG + older).context["page"].items) == 20


def test_the_log_is_taken_along_as_csv_as_it_is_filtered(chief):
    AuditEntry.objects.record(make_user("vera"), "change", make_article("=Probe"), why="So.")
    AuditEntry.objects.record(make_user("boris"), "add", make_article())
    answer = chief.get(f"{LOG}export.csv?who=vera")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["who"], row["what"], row["name"], row["why"]) == (
        "vera",
        "change",
        "'=Probe",
        "So.",
    )
