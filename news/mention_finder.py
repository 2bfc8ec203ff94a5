"""Proposes which entities an article mentions; an editor accepts or refuses.

The names and aliases of all entities, Russian ones in their forms (`news.inflection`), are looked
for at once in an Aho-Corasick automaton. Only whole words count, so that “NASA's” is NASA and
“nasal” isn't, and the longest name counts where one lies within another. What a name writes with a
capital has it in the text too; acronyms and names of up to four letters must be written exactly.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick
from django.db.models import Value, prefetch_related_objects
from django.utils.html import strip_tags

from news.inflection import forms_of, is_acronym
from news.models import Article, ArticleText, Entity, EntityAlias, Mention

SHORT = 4  # letters
LONGEST_SENTENCE = 500

# Each sign for one sign, so that places in the folded text are places in the text.
_FOLDED = str.maketrans(
    {**dict.fromkeys("«»„“”", '"'), **dict.fromkeys("’ʼ", "'"), **dict.fromkeys("‑–", "-")}
    | {"ё": "е", "Ё": "Е", "\n": " "}
)
_BLOCK = re.compile(r"</?(?:p|br|h\d|ul|ol|li|blockquote|pre|table|tr|t[hd]|dl|d[td]|hr)\b[^>]*>")
_SENTENCE_BREAK = re.compile(r'(?<=[.!?…])["»”)]*\s+(?=["«“(]?[A-ZА-ЯЁ\d])|\n')


class Name(NamedTuple):
    entity: int
    language: str
    name: str
    is_person: bool


class Form(NamedTuple):
    """One way to write a name of an entity."""

    entity: int
    text: str
    is_exact: bool

    def is_written(self, text: str) -> bool:
        """Whether `text`, which is this form but for its capitals, has those that matter."""
        text = text.translate(_FOLDED)
        if self.is_exact:
            return text == self.text
        starts = zip(" " + self.text, self.text, text, strict=False)
        return all(
            letter.isupper()
            for before, wanted, letter in starts
            if wanted.isupper() and not before.isalnum()
        )


class Dictionary:
    """The names of all entities in texts of one language."""

    def __init__(self, names: Iterable[Name], language: str) -> None:
        forms: dict[str, list[Form]] = defaultdict(list)
        for name in names:
            # A name in Latin letters stays the same in Russian texts.
            if language in (name.language, "ru"):
                for form in _forms(name):
                    forms[_fold(form.text)].append(form)
        self._forms = list(forms.values())
        self._automaton = AhoCorasick(list(forms))

    def search(self, text: str) -> Iterator[tuple[int, int]]:
        """Each entity that `text` names, with the place; the longest name where they overlap."""
        folded = _fold(text)
        places = [
            (start, end, form.entity)
            for index, start, end in self._automaton.find_matches_as_indexes(
                folded, overlapping=True
            )
            if _is_whole(folded, start, end)
            for form in self._forms[index]
            if form.is_written(text[start:end])
        ]
        last = (0, 0)
        for start, end, entity in sorted(places, key=lambda place: (place[0], -place[1])):
            if start >= last[1] or (start, end) == last:
                last = (start, end)
                yield entity, start


def find_mentions(article: Article) -> int:
    """Propose what the texts of `article` name; returns how many proposals are new."""
    return find_in([article])


def find_in(articles: list[Article]) -> int:
    """The same for some articles at once, with as many queries as for one.

    What was accepted, refused or proposed before stays as it is.
    """
    names = _names()
    dictionaries = {language: _dictionary(names, language) for language in ("en", "ru")}
    prefetch_related_objects(articles, "texts")
    known = set(Mention.objects.filter(article__in=articles).values_list("article", "entity"))
    found = [
        Mention(article=article, entity_id=entity, sentence=sentence)
        for article in articles
        for entity, sentence in _sentences(article, dictionaries).items()
        if (article.pk, entity) not in known
    ]
    Mention.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def _sentences(article: Article, dictionaries: dict[str, Dictionary]) -> dict[int, str]:
    """For each entity that `article` names the first sentence that does, the original first."""
    sentences: dict[int, str] = {}
    for text in sorted(
        article.texts.all(), key=lambda text: text.language != article.original_language
    ):
        words = plain_words(text)
        breaks = [place.end() for place in _SENTENCE_BREAK.finditer(words)]
        for entity, start in dictionaries[text.language].search(words):
            if entity not in sentences:
                sentences[entity] = _sentence_at(words, breaks, start)
    return sentences


def plain_words(text: ArticleText) -> str:
    """Headline, lead and body without tags, a line for each block."""
    body = unescape(strip_tags(_BLOCK.sub("\n", text.body)))
    blocks = f"{text.title}\n{text.lead}\n{body}".split("\n")
    return "\n".join(" ".join(block.split()) for block in blocks)


def _sentence_at(words: str, breaks: list[int], place: int) -> str:
    index = bisect_right(breaks, place)
    start = breaks[index - 1] if index else 0
    end = breaks[index] if index < len(breaks) else len(words)
    if end - start > LONGEST_SENTENCE:
        start = max(start, place - LONGEST_SENTENCE // 2)
        end = min(end, start + LONGEST_SENTENCE)
    return words[start:end].strip()


def _names() -> tuple[Name, ...]:
    """Every name of every entity, in one query."""
    own = [
        Entity.objects.exclude(**{column: ""})
        .annotate(language=Value(language))
        .values_list("pk", "language", column, "kind")
        for language, column in (("en", "name_en"), ("ru", "name_ru"))
    ]
    other = EntityAlias.objects.values_list("entity", "language", "name", "entity__kind")
    return tuple(
        Name(entity, language, " ".join(name.split()), kind == Entity.Kind.PERSON)
        for entity, language, name, kind in sorted(own[0].union(own[1], other))
        if name.strip()
    )


@lru_cache(maxsize=4)
def _dictionary(names: tuple[Name, ...], language: str) -> Dictionary:
    """Kept while the names are the same: they are the key."""
    return Dictionary(names, language)


def _forms(name: Name) -> list[Form]:
    texts = {name.name}
    if name.language == "ru":
        texts |= forms_of(name.name, name.is_person)
    is_exact = is_acronym(name.name) or len(name.name) <= SHORT
    if is_acronym(name.name):
        texts |= _other_spellings(name.name)
    return [Form(name.entity, text.translate(_FOLDED), is_exact) for text in texts]


def _other_spellings(acronym: str) -> set[str]:
    """«ЦЕРНа», and where it is too long to be another word, «Юнеско»."""
    spellings = {acronym.capitalize()} if len(acronym) > SHORT and acronym.isalpha() else set()
    if re.fullmatch("[А-ЯЁ]*[БВГДЖЗКЛМНПРСТФХЦЧШЩ]", acronym):
        spellings |= {acronym + ending for ending in ("а", "у", "ом", "е")}
    return spellings


def _fold(text: str) -> str:
    text = text.translate(_FOLDED)
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
