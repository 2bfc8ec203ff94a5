"""What PostgreSQL's full-text search knows of a text: the words, and how they are compared.

Both sides of a comparison fold what people write in two ways: ё and е, `space-based` and `space
based`. Folding keeps the number of letters, so that a place in the folded text is one in the text.
Signs become blanks, since in a database of the locale C all but ASCII are letters to the parser.
"""

from collections.abc import Callable

from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db.models import Case, Func, GeneratedField, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Left

# The configurations of PostgreSQL, by language; English words are stemmed in both.
CONFIGURATIONS = {"en": "english", "ru": "russian"}

# Marks that no text needs: news.search puts them around what was found, and between parts.
MARK, UNMARK, PART = "\ue000", "\ue001", "\ue002"

_SIGNS = "-‐‑–—−«»“”„‘’‚‹›…·•№§°×\u00a0\u2009\u200b\u202f" + MARK + UNMARK
FOLDED = str.maketrans("ёЁ" + _SIGNS, "еЕ" + " " * len(_SIGNS))

# A tsvector holds at most 1 MB: a longer text is found by its beginning, and can be saved.
_LONGEST = 100_000


def folded(text: str | Func) -> Func:
    letters, instead = ("".join(map(chr, side)) for side in (FOLDED.keys(), FOLDED.values()))
    return Func(
        text, Value(letters), Value(instead), function="translate", output_field=TextField()
    )


def without_tags(html: str, longest: int = _LONGEST) -> Func:
    """The beginning of the column `html` as words with character references."""
    return Func(
        Left(html, longest),
        Value("<[^>]*>"),
        Value(" "),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )


def by_language(expression_in: Callable[[str], Combinable]) -> Case:
    """`expression_in(language)`, of the language that the row's text is in."""
    return Case(*(When(language=code, then=expression_in(code)) for code in CONFIGURATIONS))


def search_column() -> GeneratedField:
    return GeneratedField(
        expression=by_language(_vector_in), output_field=SearchVectorField(), db_persist=True
    )


def _vector_in(language: str) -> Combinable:
    parts: dict[str, str | Func] = {"A": "title", "B": "lead", "C": without_tags("body")}
    vectors = [
        SearchVector(folded(part), weight=weight, config=CONFIGURATIONS[language])
        for weight, part in parts.items()
    ]
    return vectors[0] + vectors[1] + vectors[2]
