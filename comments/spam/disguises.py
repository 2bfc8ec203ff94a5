"""Signs that a text is made to read one way for people and another for programs."""

import re

from comments.spam.folding import INVISIBLE, LATIN_ALIKE, bare

# Fewer come with what people paste from elsewhere.
_MANY_INVISIBLE = 3
_MANY_ODD_LETTERS = 8
_MANY_MIXED = 2
_WORDS_FOR_ONE_MIXED = 60

_TURNED = re.compile("[\u202d\u202e]")  # read from the other end
_INSIDE = re.compile(f"(?<=[A-Za-zА-яЁё])(?:(?!\u00ad){INVISIBLE.pattern})+(?=[A-Za-zА-яЁё])")
# Letters of mathematics, full width, in circles, small capitals: alphabets for decoration.
_ODD = re.compile(
    "[\u1d00-\u1d7f\u24b6-\u24e9\uff21-\uff5a\U0001d400-\U0001d7cb\U0001f130-\U0001f189]"
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_LATIN = re.compile("[A-Za-z]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_RUNS = re.compile("[A-Za-z]+|[\u0400-\u04ff]+")
# Cyrillic letters that pass for Latin ones, and Latin letters that pass for Cyrillic ones.
_PASSES = {chr(code) for code in LATIN_ALIKE} | {chr(code).upper() for code in LATIN_ALIKE}
_PASSES |= set("abcehkmoptxyABCEHKMOPTXYusrngi")


def has_invisible(text: str) -> bool:
    """Characters without width inside of words, or letters that run backwards."""
    return bool(_TURNED.search(text)) or len(_INSIDE.findall(text)) >= _MANY_INVISIBLE


def odd_letters(text: str) -> str:
    """The letters of decorative alphabets, if there are so many that words are written in them."""
    odd = _ODD.findall(text)
    return "".join(odd) if len(odd) >= _MANY_ODD_LETTERS else ""


def mixed_words(text: str) -> list[str]:
    """Words of Cyrillic and Latin letters that are meant to look like words of one script."""
    words = _WORD.findall(bare(text))
    return [word for word in words if _is_disguised(word)]


def are_many(mixed: list[str], text: str) -> bool:
    """More than slips of a keyboard that was left in the other script."""
    allowed = _MANY_MIXED + len(text.split()) // _WORDS_FOR_ONE_MIXED
    return len(mixed) >= allowed


def _is_disguised(word: str) -> bool:
    """Not "SMSка" or "iPhoneом": a foreign word with an ending of one's own has one seam."""
    if not (_LATIN.search(word) and _CYRILLIC.search(word)):
        return False
    runs = _RUNS.findall(word)
    if len(runs) == 2 and _LATIN.match(runs[0]) and len(runs[0]) > 1:
        return False
    latin = "".join(run for run in runs if _LATIN.match(run))
    cyrillic = "".join(run for run in runs if not _LATIN.match(run))
    return all(letter in _PASSES for letter in min(latin, cyrillic, key=len))
