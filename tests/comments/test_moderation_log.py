"""The moderation log is only ever added to; PostgreSQL itself sees to it."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from comments import posting
from comments.models import Comment, ModerationEvent
from comments.moderation import Ruling, decide
from tests.factories import make_article, make_moderator, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    article, author = make_article(), make_user("vera")
    comment = posting.post(article, author.pk, "Word.")
    decide([comment.pk], "hide", Ruling(make_user("chief", is_superuser=True), "abuse", "Rude."))
    return ModerationEvent.objects.get()


@pytest.mark.parametrize(
    "change",
    [
        {"action": "approve"},
        {"reason": "spam"},
        {"note": "Kind."},
        {"before": {}},
        {"rules": ["x"]},
    ],
)
def test_an_event_can_not_be_rewritten(event, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        ModerationEvent.objects.update(**change)


def test_an_event_can_not_be_given_to_somebody_else(event):
    other = make_user()
    for name in ("moderator", "subject"):
        with pytest.raises(DatabaseError), transaction.atomic():
            ModerationEvent.objects.update(**{name: other})


def test_an_event_can_not_be_deleted(event):
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()


def test_it_outlives_what_it_names_and_then_forgets_it(event):
    event.subject.delete()
    ModerationEvent.objects.update(note="")
    event.discussion.article.delete()
    event.refresh_from_db()
    assert (event.subject, event.comment, event.discussion, event.note) == (None, None, None, "")
    assert event.moderator.username == "chief"
    assert not Comment.objects.exists()


LOG = "/en/moderation/log/"


@pytest.fixture
def history(client):
    """Two articles, two authors, two moderators; four acts."""
    chief, mod = make_moderator("chief", is_superuser=True), make_moderator("mod")
    client.force_login(mod)
    articles = [make_article(), make_article()]
    comments = [
        posting.post(article, make_user(name).pk, "Word.")
        for article, name in zip(articles, ("vera", "anna"), strict=True)
    ]
    decide([comments[0].pk], "hide", Ruling(chief, "abuse", "First."))
    decide([comments[0].pk], "restore", Ruling(mod, note="Second."))
    decide([comment.pk for comment in comments], "spam", Ruling(mod, "spam", "Third."))
    return articles


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ({}, ["First.", "Second.", "Third."], []),
        ({"action": "hide"}, ["First."], ["Second.", "Third."]),
        ({"moderator": "CHIEF"}, ["First."], ["Second.", "Third."]),
        ({"moderator": "mod"}, ["Second.", "Third."], ["First."]),
        ({"subject": "anna"}, ["Third."], ["First.", "Second."]),
        ({"until": "2001-01-01"}, [], ["First.", "Second.", "Third."]),
        ({"since": "2001-01-01", "action": "restore"}, ["Second."], ["First.", "Third."]),
    ],
)
def test_the_log_shows_what_is_asked_for(client, history, query, seen, unseen):
    text = client.get(LOG, query).content.decode()
    assert [words for words in seen if words not in text] == []
    assert [words for words in unseen if words in text] == []


def test_the_log_of_one_article_and_of_one_act(client, history):
    text = client.get(LOG, {"article": history[1].pk}).content.decode()
    assert "Third." in text
    assert "First." not in text
    act = ModerationEvent.objects.filter(action="spam").first().act
    text = client.get(LOG, {"act": str(act)}).content.decode()
    assert "vera" in text
    assert "anna" in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"moderator": "nobody"}, "Nobody has this name."),
        ({"since": "the flood"}, "Enter a valid date."),
        ({"action": "smile"}, "Select a valid choice"),
        ({"article": "x"}, "Enter a whole number."),
    ],
)
def test_nonsense_in_a_filter_is_said_at_its_field(client, history, query, words):
    answer = client.get(LOG, query)
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_the_log_costs_the_same_for_10_and_20_acts(client, history):
    counts = []
    for _ in range(2):
        for _ in range(10):
            comment = posting.post(make_article(), make_user().pk, "Word.")
            decide([comment.pk], "hide", Ruling(make_moderator(), "abuse"))
        with CaptureQueriesContext(connection) as queries:
            client.get(LOG)
        counts.append(len(queries))
    assert counts[0] == counts[1]
