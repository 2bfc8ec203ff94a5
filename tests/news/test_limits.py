"""Limits count exactly, however many ask at once and however they spread over time."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from news.limits import Limit, LimitReached, count
from news.redis_client import client


def is_counted(*limits: Limit) -> bool:
    try:
        count(limits)
    except LimitReached:
        return False
    return True


def test_so_many_and_no_more() -> None:
    limit = Limit("vera", 3, 60)
    assert [is_counted(limit) for _ in range(5)] == [True] * 3 + [False] * 2


def test_who_waits_may_go_on() -> None:
    limit = Limit("vera", 1, 1)
    assert is_counted(limit)
    with pytest.raises(LimitReached) as reached:
        count([limit])
    assert reached.value.wait == 1
    time.sleep(1.05)
    assert is_counted(limit)


def test_no_window_holds_twice_as_much() -> None:
    limit = Limit("vera", 2, 1)
    assert is_counted(limit)
    time.sleep(0.8)  # the end of a window that began with the first
    assert is_counted(limit)
    time.sleep(0.25)  # the first is forgotten, the second isn't
    assert [is_counted(limit), is_counted(limit)] == [True, False]


def test_what_one_limit_refuses_counts_against_none() -> None:
    account, everybody = Limit("vera", 1, 60), Limit("all", 3, 60)
    assert [is_counted(account, everybody) for _ in range(10)] == [True] + [False] * 9
    assert [is_counted(everybody) for _ in range(3)] == [True, True, False]


def test_the_limit_that_takes_longest_is_named() -> None:
    short, long = Limit("minute", 1, 60), Limit("hour", 1, 3600)
    count([short, long])
    with pytest.raises(LimitReached) as reached:
        count([short, long])
    assert reached.value.limit == long
    assert 3595 < reached.value.wait <= 3600


def test_limiter_race_a_hundred_at_once_get_through_as_often_as_allowed() -> None:
    limits = Limit("vera", 7, 60), Limit("all", 1000, 60)
    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(lambda _: is_counted(*limits), range(100))) == 7


def test_counters_vanish_when_they_are_of_no_more_use() -> None:
    count([Limit("vera", 3, 60)])
    assert 59_000 < client().pttl("vestnik:limit:vera") <= 60_000


def test_a_restarted_redis_has_forgotten_the_script_and_gets_it_again() -> None:
    client().script_flush()
    assert is_counted(Limit("vera", 1, 60))


def test_without_redis_nothing_is_decided(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(redis.RedisError):
        count([Limit("vera", 1, 60)])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=30), st.integers(1, 5))
def test_everybody_has_a_count_of_their_own(who: list[str], allowed: int) -> None:
    client().flushdb()
    passed = [name for name in who if is_counted(Limit(name, allowed, 60))]
    assert all(passed.count(name) == min(who.count(name), allowed) for name in "abc")
