"""One digest on each local day: every zone, clocks that jump, readers who move, late beats.

`VESTNIK_ALL_ZONES=1` plays the whole year for every zone at all 48 half hours; else a sample.
"""

import os
import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pytest

from news.models import Article
from subscriptions import planning, schedule
from subscriptions.models import Delivery, Subscription
from subscriptions.slots import next_slot
from tests.factories import make_article
from tests.subscriptions.rows import make_subscription

ALL = bool(os.environ.get("VESTNIK_ALL_ZONES"))
ZONES = sorted(available_timezones())
HALF_HOURS = [time(n // 2, n % 2 * 30) for n in range(48)]
HALF_HOUR, DAY = timedelta(minutes=30), timedelta(days=1)
# Around the changes of clocks in Europe and America, south of the equator, and at the new year.
WEEKS = [(3, 6), (3, 27), (4, 3), (9, 25), (10, 23), (10, 30), (12, 30)]


def news_of(start: datetime, hours: int) -> None:
    """One article every hour, so that no digest is empty."""
    first = make_article(published_at=start)
    fields = {"state": "published", "original_language": "en"}
    fields |= {"rubric": first.rubric, "source": first.source}
    fields |= {"rights_holder": "The agency", "licence": "CC BY 4.0"}
    Article.objects.bulk_create(
        Article(published_at=start + timedelta(hours=n), **fields) for n in range(1, hours)
    )


def reader(zone: str, at: time, now: datetime) -> Subscription:
    subscription = make_subscription(time_zone=zone, local_time=at, covered_until=now)
    subscription.next_due_at = next_slot(subscription, now).at
    subscription.save()
    return subscription


def days_of(subscription: Subscription) -> list[date]:
    return list(subscription.deliveries.order_by("pk").values_list("local_date", flat=True))


@pytest.mark.parametrize("part", range(48 if ALL else 4))
def test_every_zone_has_one_slot_on_each_local_day_of_the_year(part: int) -> None:
    zones = ZONES if ALL else random.Random(part).sample(ZONES, 12)
    for zone in zones:
        subscription = Subscription(time_zone=zone, local_time=HALF_HOURS[(part * 13) % 48])
        at = datetime(2026, 1, 1, 12, tzinfo=UTC)
        days = []
        for _ in range(366):
            day, at = next_slot(subscription, at)
            days.append(day)
        assert days == [days[0] + DAY * n for n in range(366)], zone


@pytest.mark.django_db
@pytest.mark.parametrize("week", WEEKS if ALL else WEEKS[1::3])
def test_the_planner_serves_every_local_day_once(week: tuple[int, int]) -> None:
    chance = random.Random(sum(week))
    now = datetime(2026, *week, tzinfo=UTC)
    news_of(now, 24 * 6)
    zones = ZONES if ALL else chance.sample(ZONES, 24)
    readers = [reader(zone, chance.choice(HALF_HOURS), now) for zone in zones]
    for _ in range(48 * 4):
        now += HALF_HOUR
        for _beat in range(chance.choice([1, 1, 2])):  # a second beat, now and then
            planning.plan(now + timedelta(seconds=chance.randrange(30)))
    for each in readers:
        days = days_of(each)
        assert days == [days[0] + DAY * n for n in range(len(days))], each.time_zone
        assert len(days) in (3, 4, 5)  # of four days, less or more a change of clocks


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(60 if ALL else 6))
def test_moving_readers_and_late_beats_repeat_no_day_and_no_article(seed: int) -> None:
    chance = random.Random(seed)
    now = datetime(2026, 3, 20, tzinfo=UTC)
    news_of(now, 24 * 30)
    subscription, moved_at = reader("Europe/Riga", time(8), now), []
    while now < datetime(2026, 4, 10, tzinfo=UTC):
        now += timedelta(minutes=chance.choice([1, 20, 60, 300, 700]))
        planning.plan(now)
        if chance.random() < 0.2:
            subscription.refresh_from_db()
            subscription.time_zone = chance.choice(ZONES)
            subscription.local_time = chance.choice(HALF_HOURS)
            schedule.reschedule(subscription, now)
            subscription.save()
            moved_at.append(now)
    days = days_of(subscription)
    assert len(days) == len(set(days)) >= 10
    editions = [d.edition for d in subscription.deliveries.order_by("pk").select_related("edition")]
    for earlier, later in pairwise(editions):
        assert later.since == earlier.cut_at  # no article is left out, and none comes again
        if any(earlier.cut_at <= at < later.cut_at for at in moved_at):
            assert later.cut_at - earlier.cut_at >= schedule.APART


@pytest.mark.django_db
def test_a_clock_that_was_ahead_for_a_while_costs_nobody_their_digests() -> None:
    now = datetime(2026, 3, 20, 8, tzinfo=UTC)
    news_of(now, 24 * 5)
    subscription = reader("UTC", time(8), now)
    planning.plan(now + timedelta(days=400))
    for day in range(1, 4):
        planning.plan(now + timedelta(days=day, seconds=9))
    days = days_of(subscription)
    assert set(days[-2:]) == {date(2026, 3, 22), date(2026, 3, 23)}


@pytest.mark.django_db
def test_a_clock_that_goes_back_sends_nothing_twice() -> None:
    now = datetime(2026, 3, 20, 8, 0, 5, tzinfo=UTC)
    news_of(now - DAY, 48)
    subscription = reader("UTC", time(8), now - DAY)
    for moment in (now, now - timedelta(hours=3), now, now - timedelta(minutes=1), now):
        planning.plan(moment)
    assert days_of(subscription) == [date(2026, 3, 20)]
    assert Delivery.objects.count() == 1
