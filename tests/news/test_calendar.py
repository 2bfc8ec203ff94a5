"""The desk's calendar of what comes out and came out."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from news.calendar import MOST_IN_A_DAY
from portal.models import User
from tests.factories import make_article

pytestmark = pytest.mark.django_db
CALENDAR = "/admin/news/article/calendar/"


def day_of(client, day: str) -> list[str]:
    """The titles that the calendar shows on a day."""
    weeks = client.get(f"{CALENDAR}?month={day[:7]}").context["weeks"]
    days = {str(one.on): one for week in weeks for one in week if one.is_in_month}
    return [article.title for article in days[day].articles]


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)


def test_a_month_shows_what_is_scheduled_and_published_by_the_editors_own_clock(anna):
    User.objects.update(time_zone="Asia/Tokyo")
    make_article("Late", published_at=at(2026, 3, 31, 20), state="scheduled")
    make_article("Out", published_at=at(2026, 3, 10, 10))
    make_article(
        "Held", published_at=at(2026, 3, 2), embargo_until=at(2026, 3, 20), state="scheduled"
    )
    make_article("Only a draft", published_at=at(2026, 3, 10, 10), state="draft")
    assert day_of(anna, "2026-04-01") == ["Late"]
    assert day_of(anna, "2026-03-10") == ["Out"]
    assert day_of(anna, "2026-03-20") == ["Held"]
    page = anna.get(f"{CALENDAR}?month=2026-03").content.decode()
    assert "Only a draft" not in page
    assert "Published" in page and "Scheduled" in page
    assert "?month=2026-02" in page and "?month=2026-04" in page


def test_a_full_day_leads_to_all_of_it_and_costs_no_query_more(anna):
    counts = []
    for start in (0, 10):
        for minute in range(start, start + 10):
            make_article(published_at=at(2026, 3, 10, 10, minute))
        with CaptureQueriesContext(connection) as queries:
            page = anna.get(f"{CALENDAR}?month=2026-03")
        counts.append(len(queries))
    assert len(day_of(anna, "2026-03-10")) == MOST_IN_A_DAY
    assert "All articles of the day: 20" in page.content.decode()
    assert len(anna.get(f"{CALENDAR}?day=2026-03-10").context["page"].items) == 20
    assert counts[0] == counts[1] <= 6


@pytest.mark.parametrize("month", ["", "2026-13", "0000-01", "9999-12", "x", "2026-1'"])
def test_what_names_no_month_is_the_present_one(anna, month):
    assert anna.get(CALENDAR, {"month": month, "day": month}).status_code == 200
