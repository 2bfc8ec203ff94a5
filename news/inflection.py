"""The forms that a name takes in Russian texts: «Роскосмос», «Роскосмоса», «Роскосмосу»…

Word by word, with pymorphy3. Agreement is kept simple: the adjectives before the first noun and
that noun change together, what follows stays («Институт космических исследований»), and so does
what stands in quotes. In names of people every word changes.
"""

import re
from functools import lru_cache
from typing import Any

from pymorphy3 import MorphAnalyzer

_CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
_ENDINGS = ("", "а", "у", "а", "ом", "е")  # of «Уэбб», whom the dictionary may not know
_CONSONANTS = tuple("бвгджзклмнпрстфхцчшщ")
_WORD = re.compile(r"(\W*)([а-яё]+(?:-[а-яё]+)*)(.*)", re.IGNORECASE)
_PARTS_OF_PERSON = ("Name", "Surn", "Patr")

_Forms = tuple[str, ...]  # one for each case


@lru_cache(maxsize=50_000)
def forms_of(name: str, is_person: bool = False) -> frozenset[str]:
    """All forms of `name`, itself included; what isn't Russian stays as it is."""
    words = name.split()
    is_person = is_person or (len(words) > 1 and _names_person(words[0]))
    columns = _person(words) if is_person else _thing(words)
    return frozenset(" ".join(form) for form in zip(*columns, strict=True)) | {name}


def _thing(words: list[str]) -> list[_Forms]:
    columns: list[_Forms] = []
    is_fixed = False
    for word in words:
        is_fixed = is_fixed or word[0] in '«"“„'
        parse = None if is_fixed or is_acronym(word) else _nominative(word)
        columns.append(_inflected(word, parse) if parse else (word,) * len(_CASES))
        # An acronym in front leaves open which word is the noun.
        is_fixed = is_fixed or not (is_acronym(word) or (parse and "NOUN" not in parse.tag))
    return columns


def _person(words: list[str]) -> list[_Forms]:
    gender = next((g for word in words if (g := _gender(word))), "masc")
    return [_person_word(word, gender) for word in words]


def _person_word(word: str, gender: str) -> _Forms:
    parse = _nominative(word, gender)
    if parse:
        return _inflected(word, parse)
    if gender == "masc" and word.lower().endswith(_CONSONANTS):
        return tuple(word + ending for ending in _ENDINGS)
    return (word,) * len(_CASES)


def _inflected(word: str, parse: Any) -> _Forms:
    """`word` in each case, spelt with the capitals that it has."""
    before, stem, after = _parts(word)
    forms = []
    for case in _CASES:
        changed = parse.inflect({case})
        letters = changed.word if changed and case != "nomn" else stem.lower()
        capital = stem[0].isupper()
        forms.append(before + (letters[0].upper() + letters[1:] if capital else letters) + after)
    return tuple(forms)


def _nominative(word: str, gender: str = "") -> Any:
    """How to read `word` as the nominative; with a gender, as a part of a person's name at best."""
    readings = [parse for parse in _parses(word) if "nomn" in parse.tag]
    if not gender:
        return readings[0] if readings else None
    fitting = [
        parse
        for parse in readings
        if parse.tag.gender in (gender, None) or "ms-f" in parse.tag
        if parse.tag.number == "sing" and parse.tag.POS in ("NOUN", "ADJF")
    ]
    of_person = [parse for parse in fitting if any(part in parse.tag for part in _PARTS_OF_PERSON)]
    # «Кеплер» is a man's name that changes and a woman's that doesn't.
    return next(iter(of_person or fitting), None)


def _gender(word: str) -> str:
    names = [p for p in _parses(word) if "Name" in p.tag and {"sing", "nomn"} in p.tag]
    return str(names[0].tag.gender) if names else ""


def _names_person(word: str) -> bool:
    return word[0].isupper() and bool(_gender(word))


def _parses(word: str) -> list[Any]:
    letters = _parts(word)[1]
    return _analyzer().parse(letters) if letters else []


def _parts(word: str) -> tuple[str, str, str]:
    """Signs before, the Russian word, and what follows it, such as «-2» in «Союз-2»."""
    found = _WORD.fullmatch(word)
    return (found[1], found[2], found[3]) if found else (word, "", "")


def is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


@lru_cache(maxsize=1)
def _analyzer() -> MorphAnalyzer:
    return MorphAnalyzer(lang="ru")
