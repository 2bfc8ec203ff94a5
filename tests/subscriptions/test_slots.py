"""One digest on each local day, whatever the zone's clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subscriptions.models import Subscription
from subscriptions.slots import day_of, next_slot, previous_slot

ZONES = sorted(available_timezones())
EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]


def schedule(zone: str, at: time = time(8), weekdays: list[int] = EVERY_DAY) -> Subscription:
    return Subscription(time_zone=zone, local_time=at, weekdays=weekdays)


def local(zone: str, *moment: int) -> datetime:
    """In UTC, since times that clocks show twice equal nothing in another zone (PEP 495)."""
    return datetime(*moment, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("zone", "at", "after", "expected"),
    [
        ("UTC", time(8), (2026, 3, 1, 7), local("UTC", 2026, 3, 1, 8)),
        ("UTC", time(8), (2026, 3, 1, 8), local("UTC", 2026, 3, 2, 8)),
        # 03:00 becomes 04:00: half past three never comes, four o'clock does.
        ("Europe/Riga", time(3, 30), (2026, 3, 28, 12), local("Europe/Riga", 2026, 3, 29, 4)),
        # 04:00 becomes 03:00: half past three comes twice, the first is taken.
        ("Europe/Riga", time(3, 30), (2026, 10, 24, 12), local("Europe/Riga", 2026, 10, 25, 3, 30)),
        # A jump over midnight: the slot of the 28th is the first moment of the 29th.
        ("America/Nuuk", time(23, 30), (2026, 3, 28, 12), local("America/Nuuk", 2026, 3, 29, 0)),
        # Samoa left out 30 December 2011.
        ("Pacific/Apia", time(8), (2011, 12, 29, 9), local("Pacific/Apia", 2011, 12, 31, 8)),
    ],
)
def test_the_next_slot_is_an_instant_that_clocks_show(
    zone: str, at: time, after: tuple[int, ...], expected: datetime
) -> None:
    assert next_slot(schedule(zone, at), local(zone, *after)).at == expected


def test_a_slot_moved_over_midnight_belongs_to_the_day_before() -> None:
    nuuk = schedule("America/Nuuk", time(23, 30))
    slot = next_slot(nuuk, local("America/Nuuk", 2026, 3, 28, 12))
    assert slot.day == date(2026, 3, 28) == day_of(nuuk, slot.at)


def test_only_chosen_weekdays_have_slots() -> None:
    fridays = schedule("Europe/Riga", weekdays=[4])
    assert next_slot(fridays, datetime(2026, 3, 6, 12, tzinfo=UTC)).day == date(2026, 3, 13)


def test_a_friday_that_samoa_left_out_is_followed_by_the_next() -> None:
    fridays = schedule("Pacific/Apia", weekdays=[4])
    assert next_slot(fridays, local("Pacific/Apia", 2011, 12, 24, 12)).day == date(2012, 1, 6)


def test_a_zone_that_has_left_the_database_is_the_sites() -> None:
    assert next_slot(schedule("Mars/Base"), datetime(2026, 3, 1, tzinfo=UTC)).at.hour == 8


@pytest.mark.parametrize("part", range(8))
def test_every_zone_has_one_slot_on_each_day_of_the_year(part: int) -> None:
    for zone in ZONES[part::8]:
        subscription = schedule(zone, time((part * 7) % 24, 30))
        at = local(zone, 2026, 1, 1).astimezone(UTC)
        days = []
        for _ in range(365):
            slot = next_slot(subscription, at)
            days.append(slot.day)
            at = slot.at
        assert days == [days[0] + timedelta(days=n) for n in range(365)], zone


@settings(max_examples=300, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    at=st.times().map(lambda t: t.replace(microsecond=0, tzinfo=None)),
    weekdays=st.lists(st.sampled_from(EVERY_DAY), min_size=1, unique=True),
    after=st.integers(631_152_000, 2_114_380_800).map(lambda s: datetime.fromtimestamp(s, UTC)),
)
def test_slots_follow_each_other(zone: str, at: time, weekdays: list[int], after: datetime) -> None:
    subscription = schedule(zone, at, weekdays)
    slots = [next_slot(subscription, after)]
    for _ in range(8):
        slots.append(next_slot(subscription, slots[-1].at))
    assert slots[0].at > after
    for earlier, later in pairwise(slots):
        assert earlier.at < later.at
        assert earlier.day < later.day
        assert previous_slot(subscription, later.at - timedelta(seconds=1)) == earlier
        assert day_of(subscription, later.at) == later.day
        assert later.day.weekday() in weekdays
