"""Moderators decide: every act by everybody, on every status, and back again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import moderation, posting
from comments.models import Comment, CommentReport
from comments.moderation import Ruling
from tests.factories import make_article, make_moderator, make_user

pytestmark = pytest.mark.django_db

QUEUE = "/en/moderation/"
DECIDE = "/en/moderation/decide/"


@pytest.fixture
def article():
    return make_article("Probe lands")


@pytest.fixture
def author():
    return make_user("vera")


@pytest.fixture
def moderator(client):
    user = make_moderator("mod")
    client.force_login(user)
    return user


def say(article, author, body: str = "Word.", **fields) -> Comment:
    return posting.post(article, author.pk, body, **fields)


def hold(comment: Comment, *rules: str) -> Comment:
    moderation.decide([comment.pk], "hold", Ruling(None, rules=rules or ("reported",)))
    return comment


def report(comment: Comment, reason: str = "abuse", note: str = "") -> CommentReport:
    return CommentReport.objects.create(
        comment=comment, reporter=make_user(), reason=reason, note=note
    )


def status_of(comment: Comment) -> str:
    return Comment.objects.get(pk=comment.pk).status


def body_of(response) -> str:
    return response.content.decode()


def decide(client, comment: Comment, action: str, **data):
    data = {"comment": comment.pk, "action": action, "reason": "abuse", **data}
    return client.post(DECIDE, data, follow=True)


def test_the_queue_shows_what_waits_and_why(client, article, author, moderator):
    question = say(article, make_user("anna"), "How far is it?")
    held = say(article, author, "Buy *this*.", parent_seq=question.seq)
    hold(held, "reported")
    report(question, "off_topic", "It is about chess.")
    say(article, author, "All is well.")
    text = body_of(client.get(QUEUE))
    for words in ("Reported by several readers", "Buy <em>this</em>", "In answer to", "anna"):
        assert words in text
    assert "Beside the subject" in text
    assert "It is about chess." in text
    assert "1 comment stands" in text
    assert "All is well." not in text


def test_the_queue_costs_the_same_for_10_and_20_cases(client, article, moderator):
    counts = []
    for _ in range(2):
        for _ in range(5):
            reader = make_user()
            hold(say(article, reader))
            report(say(make_article(), reader))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(QUEUE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16


def test_the_queue_is_walked_page_by_page(client, article, author, moderator):
    import re

    held = [hold(say(article, author, f"Word {n}.")).pk for n in range(45)]
    seen, url = [], QUEUE
    while url:
        text = body_of(client.get(url))
        seen += [int(pk) for pk in re.findall(r'id="case-(\d+)"', text)]
        after = re.search(r'rel="next" href="([^"]+)"', text)
        url = after and QUEUE + after[1].replace("&amp;", "&")
    assert seen == held
