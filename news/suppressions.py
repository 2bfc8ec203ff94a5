"""Addresses that must not be written to, for letters that nobody has just asked for.

Apps above this one know them, and say at start how to ask: letters of one app then heed what
another one has learnt, and neither imports the other.
"""

from collections.abc import Callable, Iterable

Ask = Callable[[Iterable[str]], set[str]]

_asked: dict[str, Ask] = {}


def known_to(app: str, ask: Ask) -> None:
    """`ask` gives those of some addresses that `app` knows to be suppressed."""
    _asked[app] = ask


def among(emails: Iterable[str]) -> set[str]:
    """Those of the addresses that must not be written to, by one query for each app."""
    emails = list(emails)
    return {email for ask in _asked.values() for email in ask(emails)}
