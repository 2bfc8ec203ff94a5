"""What every page asks for and seldom changes, remembered by each process."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from news import generations

T = TypeVar("T")

_memory: dict[str, tuple[str, float, Any]] = {}


def remembered(name: str, seconds: int, make: Callable[[], T]) -> T:
    """What `make()` gave at most `seconds` ago, if the news hasn't changed since then.

    Where that isn't known, as while Redis is away, it is made anew. Not to be changed by whoever
    gets it: others get the same.
    """
    current = generations.current(generations.NEWS)
    generation, until, value = _memory.get(name, ("", 0.0, None))
    if current is None or generation != current or until < time.monotonic():
        value = make()
        if current:
            _memory[name] = (current, time.monotonic() + seconds, value)
    return value
