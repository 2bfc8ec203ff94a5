"""The list of suspicious phrases: all of them are looked for in one pass over a text."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick
from django.db.models import Count, Max

from comments.models import SpamPhrase
from comments.spam.folding import fold

_LONGEST_ENDING = 3


@dataclass(frozen=True)
class _List:
    automaton: AhoCorasick
    phrases: list[SpamPhrase]


def found(text: str) -> list[SpamPhrase]:
    """The phrases that stand in `text`, as whole words. One query, two after a change."""
    state = SpamPhrase.objects.aggregate(number=Count("pk"), changed_at=Max("changed_at"))
    if not state["number"]:
        return []
    return list(dict.fromkeys(_found_in(_list(str(state)), f" {fold(text)} ")))


def _found_in(phrases: _List, text: str) -> Iterator[SpamPhrase]:
    for index, _start, end in phrases.automaton.find_matches_as_indexes(text, overlapping=True):
        phrase = phrases.phrases[index]
        ending = text.find(" ", end) - end
        if ending <= (_LONGEST_ENDING if phrase.has_endings else 0):
            yield phrase


@lru_cache(maxsize=1)
def _list(_state: str) -> _List:
    """Built once for each state of the rows; each process has its own."""
    folded = [(fold(phrase.text), phrase) for phrase in SpamPhrase.objects.all()]
    folded = [(text, phrase) for text, phrase in folded if text]
    automaton = AhoCorasick([f" {text}" for text, _phrase in folded])
    return _List(automaton, [phrase for _text, phrase in folded])
