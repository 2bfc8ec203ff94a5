"""When letters about comments come: some minutes later, or at an hour of the reader's own clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from comments import following, notifications, posting
from comments.models import Notification, NotificationPreferences
from comments.preferences import PAUSE, next_at
from news.time_zones import time_zones
from tests.factories import make_article, make_user

SECONDS = st.integers(631_152_000, 2_114_380_800)  # 1990 to 2037
MOMENTS = SECONDS.map(lambda second: datetime.fromtimestamp(second, UTC))
ZONES = st.sampled_from(sorted(time_zones())).map(ZoneInfo)


def gap(zone: ZoneInfo, moment: datetime) -> timedelta:
    """By how much clocks jump ahead at `moment`."""
    before = (moment - timedelta(seconds=1)).astimezone(zone).utcoffset()
    return moment.astimezone(zone).utcoffset() - before


@given(ZONES, st.integers(0, 23), MOMENTS)
def test_the_next_letter_comes_within_a_day_at_the_hour_that_the_clock_shows(zone, hour, now):
    at = next_at(zone, hour, now)
    assert now < at <= now + timedelta(hours=24) + timedelta(hours=24 if gap(zone, at) else 3)
    shown = at.astimezone(zone)
    # Where clocks jump over the hour, at the end of the jump.
    assert (shown.hour, shown.minute, shown.second) == (hour, 0, 0) or gap(zone, at) > timedelta()


@given(ZONES, st.integers(0, 23), MOMENTS)
def test_a_letter_a_day_and_no_day_without(zone, hour, now):
    first = next_at(zone, hour, now)
    second = next_at(zone, hour, first)
    between = second.astimezone(zone).date() - first.astimezone(zone).date()
    assert between == timedelta(days=1) or gap(zone, first) or gap(zone, second)


@pytest.mark.parametrize(
    ("zone", "hour", "now", "at"),
    [
        ("Europe/Berlin", 2, "2026-03-28T12:00", "2026-03-29T01:00"),  # 2:00 is left out
        ("Europe/Berlin", 2, "2026-10-24T12:00", "2026-10-25T00:00"),  # there twice: the first
        ("Asia/Kathmandu", 8, "2026-06-01T00:00", "2026-06-01T02:15"),
        ("Pacific/Kiritimati", 0, "2026-06-01T09:59", "2026-06-01T10:00"),
        ("UTC", 8, "2026-06-01T08:00", "2026-06-02T08:00"),
    ],
)
def test_clocks_that_change_and_odd_zones(zone, hour, now, at):
    found = next_at(ZoneInfo(zone), hour, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(at).replace(tzinfo=UTC)


def due(reader) -> datetime | None:
    return Notification.objects.get(user=reader).mail_due_at


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["off", "soon", "daily"])
def test_each_reader_is_told_as_they_chose(mode):
    vera = make_user("vera", time_zone="Asia/Tokyo")
    NotificationPreferences.objects.create(user=vera, mention=mode, hour=21)
    posting.post(make_article(), make_user().pk, "Look, @vera")
    notifications.announce_new()
    if mode == "off":
        assert due(vera) is None
    elif mode == "soon":
        assert timedelta() < due(vera) - timezone.now() <= PAUSE
    else:
        assert due(vera).astimezone(ZoneInfo("Asia/Tokyo")).strftime("%H:%M:%S") == "21:00:00"


@pytest.mark.django_db
def test_who_never_chose_hears_soon_of_answers_and_daily_of_what_they_follow():
    vera, pavel, article = make_user("vera"), make_user("pavel"), make_article()
    following.follow_article(pavel.pk, article)
    posting.post(article, make_user().pk, "Look, @vera")
    notifications.announce_new()
    assert due(vera) - timezone.now() <= PAUSE
    assert (due(pavel).hour, due(pavel).minute) == (8, 0)


@pytest.mark.django_db
def test_telling_many_followers_costs_as_many_queries_as_few(django_assert_num_queries):
    article = make_article()
    for size in (5, 20):
        for _ in range(size):
            following.follow_article(make_user().pk, article)
        comment = posting.post(article, make_user().pk, f"News for {size}.")
        with django_assert_num_queries(7):
            notifications.announce(comment.pk)
        Notification.objects.all().delete()
