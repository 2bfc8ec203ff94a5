"""How much is moderated, month by month, for everybody to read."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from comments import monthly_counts, posting
from comments.models import Appeal, Comment, ModerationEvent, MonthlyCount, Notice
from comments.moderation import Ruling, decide
from tests.factories import make_article, make_moderator, make_user

pytestmark = pytest.mark.django_db

PAGE = "/{}/discussions/moderation/"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def say(at: datetime) -> Comment:
    comment = posting.post(make_article(), make_user().pk, "Word.")
    Comment.objects.filter(pk=comment.pk).update(created_at=at)
    return comment


def event(action: str, at: datetime = NOW, **more: object) -> ModerationEvent:
    event = Ruling(make_moderator(), str(more.pop("reason", ""))).event(action, **more)
    event.created_at = at
    event.save()
    return event


def test_a_month_is_counted_from_the_log_and_what_was_undone_was_never_done() -> None:
    comment = say(NOW)
    event("hide", reason="abuse", comment=comment)
    event("spam", reason="spam", comment=comment)
    event("ban", subject=comment.author)
    event("undo", undoes=event("hide", reason="hate", comment=comment))
    event("hold", at=NOW - timedelta(days=40), comment=comment)
    notice = Notice.objects.create(act=event("warn").act, author=comment.author)
    appeal = Appeal.objects.create(notice=notice, is_granted=True, decided_at=NOW)
    Appeal.objects.filter(pk=appeal.pk).update(created_at=NOW)
    monthly_counts.count(date(2026, 3, 1), NOW)
    month = MonthlyCount.objects.get()
    assert month.hidden == {"abuse": 1, "spam": 1}
    assert (month.comments, month.held, month.bans) == (1, 0, 1)
    assert (month.appeals, month.restored) == (1, 1)


def test_months_are_counted_since_the_first_comment_and_once() -> None:
    assert monthly_counts.count_due(NOW) == 0
    say(NOW - timedelta(days=60))
    assert monthly_counts.count_due(NOW) == 3
    assert monthly_counts.count_due(NOW) == 0


def test_this_month_is_counted_again_each_hour_and_past_ones_once_more() -> None:
    say(NOW - timedelta(days=70))
    monthly_counts.count_due(NOW)
    say(NOW)
    assert monthly_counts.count_due(NOW + timedelta(hours=2)) == 1
    assert MonthlyCount.objects.get(month=date(2026, 3, 1)).comments == 1
    april = NOW.replace(month=4)
    assert monthly_counts.count_due(april) == 2
    assert monthly_counts.count_due(april + timedelta(minutes=5)) == 0


@pytest.mark.parametrize(("language", "words"), [("en", "March 2026"), ("ru", "Март 2026")])
def test_everybody_may_read_it(client: Client, language: str, words: str) -> None:
    comment = say(NOW)
    decide([comment.pk], "hide", Ruling(make_moderator("secretive"), "abuse", "A note."))
    ModerationEvent.objects.all()
    monthly_counts.count(date(2026, 3, 1), NOW)
    text = client.get(PAGE.format(language)).content.decode()
    assert words.lower() in text.lower()
    for kept in ("secretive", "A note.", comment.author.username):
        assert kept not in text


def test_before_anything_was_counted_the_page_says_so(client: Client) -> None:
    assert client.get(PAGE.format("en")).status_code == 200


def test_the_page_costs_the_same_for_1_and_30_months(
    client: Client, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for year in (2024, 2025):
        for month in range(1, 13):
            MonthlyCount.objects.create(month=date(year, month, 1), counted_at=NOW)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE.format("en"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
