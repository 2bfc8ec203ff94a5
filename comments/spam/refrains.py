"""Texts that say little and say it often: advertisements that fill the screen."""

import zlib
from collections import Counter
from itertools import pairwise

from comments.spam.folding import fold, letters

# Ordinary texts of that many letters keep 0.4 or more when they are compressed.
_COMPRESSIBLE, _COMPRESSED_TO = 300, 0.25
_FEWEST_WORDS = 20
_OFTEN = 3
_MOST_OF_IT = 0.45  # ordinary texts have 0.1 and less, lists and songs seldom up to 0.35


def is_monotonous(text: str) -> bool:
    """The same over and over, be it with something new in between each time."""
    plain = letters(text).encode()
    if len(plain) > _COMPRESSIBLE and len(zlib.compress(plain)) < _COMPRESSED_TO * len(plain):
        return True
    words = fold(text).split()
    return len(words) >= _FEWEST_WORDS and _in_refrains(words) > _MOST_OF_IT * len(words)


def _in_refrains(words: list[str]) -> int:
    """How many of the words stand in pairs of neighbours that come at least thrice."""
    pairs = list(pairwise(words))
    counts = Counter(pairs)
    often = [number for number, pair in enumerate(pairs) if counts[pair] >= _OFTEN]
    return len({place for number in often for place in (number, number + 1)})
