"""Readers report comments; enough reports by readers we know hide one until a moderator looked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from comments import moderation, posting, reporting
from comments.models import Comment, CommentReport, ModerationEvent
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
LONG_AGO = timezone.now() - timedelta(days=30)
Action = ModerationEvent.Action


@pytest.fixture
def comment(article):
    return posting.post(article, make_user("vera").pk, "Buy this.")


@pytest.fixture
def reader(client):
    user = make_user("boris", date_joined=LONG_AGO)
    client.force_login(user)
    return user


@pytest.fixture
def everybody_is_known(settings):
    settings.FIRST_COMMENTS_HELD = 0


def url_of(article, seq: int = 1) -> str:
    return f"/en/articles/{article.pk}-probe-lands/comments/{seq}/report/"


def report(comment, date_joined=LONG_AGO) -> None:
    reporting.report(comment, make_user(date_joined=date_joined), "spam")


def test_a_report_is_thanked_for_and_waits_for_a_moderator(client, article, comment, reader):
    data = {"reason": "abuse", "note": "See the second line."}
    response = client.post(url_of(article), data)
    assert "Thank you." in response.content.decode()
    row = CommentReport.objects.get()
    assert (row.reporter, row.reason, row.note) == (reader, "abuse", "See the second line.")
    assert row.is_open
    comment.refresh_from_db()
    assert comment.is_visible


def test_twice_is_once_and_as_calmly_thanked_for(client, article, comment, reader):
    for reason in ("spam", "abuse"):
        response = client.post(url_of(article), {"reason": reason}, headers=HTMX)
        assert "Thank you." in response.content.decode()
    assert CommentReport.objects.get().reason == "spam"
    assert "Thank you." in client.get(url_of(article)).content.decode()


@pytest.mark.parametrize(
    "data", [{}, {"reason": "xyz"}, {"reason": "spam", "note": "x" * 501}, {"reason": "spam\0"}]
)
def test_what_is_no_report_is_refused_and_kept(client, article, comment, reader, data):
    response = client.post(url_of(article), data)
    assert response.status_code == 422
    assert data.get("note", "") in response.content.decode()
    assert not CommentReport.objects.exists()


def test_nobody_reports_themselves_or_what_is_not_there(client, article, comment, reader):
    posting.post(article, reader.pk, "Mine.")
    assert client.post(url_of(article, 2), {"reason": "spam"}).status_code == 403
    assert client.post(url_of(article, 9), {"reason": "spam"}).status_code == 404
    assert client.post(url_of(make_article()), {"reason": "spam"}).status_code == 404
    Comment.objects.filter(seq=1).update(status="hidden")
    assert client.post(url_of(article), {"reason": "spam"}).status_code == 404
    assert not CommentReport.objects.exists()


def test_a_visitor_is_asked_to_log_in_and_looking_reports_nothing(client, article, comment, reader):
    assert client.get(url_of(article), {"reason": "spam"}).status_code == 200
    assert client.head(url_of(article)).status_code == 200
    client.logout()
    assert "/accounts/login/" in client.post(url_of(article), {"reason": "spam"}).url
    assert not CommentReport.objects.exists()


def test_three_readers_we_know_hide_a_comment(article, comment, everybody_is_known):
    for _ in range(2):
        report(comment)
    assert Comment.objects.get().is_visible
    report(comment)
    assert Comment.objects.get().status == Comment.Status.PENDING
    event = ModerationEvent.objects.get()
    assert (event.action, event.rules, event.moderator) == (Action.HOLD, ["reports"], None)


def test_newcomers_hide_nothing_however_many_they_are(article, comment, everybody_is_known):
    for _ in range(5):
        report(comment, date_joined=timezone.now())
    assert Comment.objects.get().is_visible
    assert CommentReport.objects.count() == 5


def test_nor_do_readers_who_have_never_written_anything(article, comment, settings):
    settings.FIRST_COMMENTS_HELD = 2
    for _ in range(5):
        report(comment)
    assert Comment.objects.get().is_visible


def test_what_a_moderator_has_approved_takes_three_more(article, comment, everybody_is_known):
    for _ in range(3):
        report(comment)
    moderator = make_user(is_superuser=True)
    moderation.decide([comment.pk], Action.APPROVE, moderation.Ruling(moderator))
    for expected in (True, True, False):
        report(comment)
        assert Comment.objects.get().is_visible is expected


@pytest.mark.django_db(transaction=True)
def test_of_many_who_report_at_the_same_moment_none_is_lost(settings):
    settings.FIRST_COMMENTS_HELD = 0
    article = make_article()
    comment = posting.post(article, make_user().pk, "Buy this.")
    reporters = [make_user(date_joined=LONG_AGO) for _ in range(12)]

    def press(reporter) -> None:
        try:
            reporting.report(Comment.objects.get(pk=comment.pk), reporter, "spam")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(press, reporters))
    assert CommentReport.objects.count() == 12
    assert Comment.objects.get().status == Comment.Status.PENDING
    assert ModerationEvent.objects.count() == 1


def test_the_sixth_report_in_a_minute_is_asked_to_wait_and_keeps_its_words(client, article, reader):
    for seq in range(1, 7):
        posting.post(article, make_user().pk, f"Number {seq}.")
        data = {"reason": "abuse", "note": f"Look at number {seq}."}
        response = client.post(url_of(article, seq), data)
    assert response.status_code == 422
    assert "You are too fast for us" in response.content.decode()
    assert "Look at number 6." in response.content.decode()
    assert CommentReport.objects.count() == 5
