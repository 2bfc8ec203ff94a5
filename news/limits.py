"""How often something may be done: counted in Redis, all limits of an act in one script.

A limit looks back from each act over its window, which slides, so there is no edge at which twice
as much would pass. Where Redis can't be asked nothing is decided: the error is the caller's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import ngettext
from redis.commands.core import Script

from news.redis_client import client


@dataclass(frozen=True)
class Limit:
    """At most `count` acts in any `seconds` by whatever `key` names."""

    key: str
    count: int
    seconds: int


# A household, an office or a school has one address and several accounts.
_ACCOUNTS_OF_CLIENT = 4


def of_reader(
    act: str, account: int | None, network: str, rules: Iterable[tuple[int, int]]
) -> list[Limit]:
    """Of an account, by `rules` of (count, seconds), and of the network from which it comes."""
    limits = []
    for number, seconds in rules:
        limits.append(Limit(f"{act}:{seconds}:account:{account}", number, seconds))
        of_client = number * _ACCOUNTS_OF_CLIENT
        limits.append(Limit(f"{act}:{seconds}:client:{network}", of_client, seconds))
    return limits


class LimitReached(Exception):
    """Not now; `wait` is after how many seconds it is possible again."""

    def __init__(self, limit: Limit, wait: int) -> None:
        super().__init__(f"{limit.key}: {limit.count} in {limit.seconds} s")
        self.limit, self.wait = limit, wait

    @property
    def advice(self) -> str:
        """What to tell who did too much, beside the form that keeps what they typed."""
        if self.wait > 90:
            words = ngettext(
                "You are too fast for us. Please try again in %(n)s minute.",
                "You are too fast for us. Please try again in %(n)s minutes.",
                minutes := self.wait // 60 + 1,
            )
            return words % {"n": minutes}
        words = ngettext(
            "You are too fast for us. Please try again in %(n)s second.",
            "You are too fast for us. Please try again in %(n)s seconds.",
            self.wait,
        )
        return words % {"n": self.wait}


def count(limits: Sequence[Limit]) -> None:
    """Count one act against all of `limits`, or against none if any of them is reached.

    Raises LimitReached with the limit that takes longest to wait for, and redis.RedisError.
    """
    keys = [f"vestnik:limit:{limit.key}" for limit in limits]
    numbers = [number for limit in limits for number in (limit.count, limit.seconds * 1000)]
    which, wait = _script()(keys, numbers, client())
    if which:
        raise LimitReached(limits[which - 1], -(-wait // 1000))


# The times of the last `count` acts are a list. Full and young at its far end means no. The time is
# Redis's own: clocks of web servers differ.
_SOURCE = """
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local which, wait = 0, 0
for i, key in ipairs(KEYS) do
    local count, window = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
    local oldest = redis.call('LINDEX', key, -count)
    if oldest and oldest + window - now > wait then
        which, wait = i, oldest + window - now
    end
end
if which > 0 then return {which, wait} end
for i, key in ipairs(KEYS) do
    redis.call('RPUSH', key, now)
    redis.call('LTRIM', key, -tonumber(ARGV[2 * i - 1]), -1)
    redis.call('PEXPIRE', key, ARGV[2 * i])
end
return {0, 0}
"""


@lru_cache(maxsize=1)
def _script() -> Script:
    return client().register_script(_SOURCE)
