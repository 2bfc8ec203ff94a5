"""Whether two texts say nearly the same in nearly the same words.

Texts are cut into overlapping pieces of some letters each. The smallest hashes of a text's pieces
are its sketch (A. Broder, "On the resemblance and containment of documents", 1997): texts that have
much in common have some of them in common, and an index finds those.
"""

import re
from zlib import crc32

# Of news, the headline and what follows it: a feed often has no more, where an article goes on.
_BEGINNING = 400
_SKETCHED = 14  # letters in a piece: seldom shared by chance
_OF_HEADLINE, _OF_REST = 12, 12
SIZE = _OF_HEADLINE + _OF_REST
_BETWEEN = re.compile(r"[\W_]+")


def sketch(headline: str, text: str) -> list[int]:
    """A fingerprint of a piece of news; `text` is without markup."""
    first = sorted(pieces_of(_written(headline), _SKETCHED))[:_OF_HEADLINE]
    rest = pieces_of(_written(text)[:_BEGINNING], _SKETCHED).difference(first)
    return first + sorted(rest)[:_OF_REST]


def pieces_of(text: str, size: int) -> set[int]:
    return {hash_of(text[start : start + size]) for start in range(max(len(text) - size + 1, 0))}


def hash_of(piece: str) -> int:
    """31 bits, to fit into a column of integers."""
    return crc32(piece.encode()) & 0x7FFFFFFF


def _written(text: str) -> str:
    """Letters and digits: reports of earthquakes differ in nothing but their numbers."""
    return _BETWEEN.sub("", text.lower().replace("ё", "е"))
