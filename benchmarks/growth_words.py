"""Texts that read like news to an index: the words of the demo as often as the demo has them, and
a long tail of invented names, each of them rare.
"""

import random
import re
import tomllib
from collections import Counter
from itertools import accumulate
from pathlib import Path

_ARTICLES = Path(__file__).parent.parent / "portal" / "demo" / "articles"
_LETTERS = {"en": "[A-Za-z]+", "ru": "[А-Яа-яЁё]+"}
_SYLLABLES = {
    "en": "ba ber co dan el fer gar hol in jor kal lum mar nor ost pel qui rad sol tor ur van wes",
    "ru": "ба бер ви гор дан ер жу зан ик кор лум мар нов ост пел рад сол тор ур фер хол цан шум",
}
_NAMES = 20_000
_SHARE_OF_NAMES = 0.12
_SENTENCE, _PARAGRAPH = 13, 60  # words


class Words:
    """What texts in one language are made of; the same for the same seed."""

    def __init__(self, language: str) -> None:
        counts = Counter(re.findall(_LETTERS[language], _demo_texts(language).lower()))
        self.common = [word for word, _count in counts.most_common()]
        self.names = _names(language)
        ranks = [1 / (rank + 20) for rank in range(_NAMES)]
        scale = sum(counts.values()) * _SHARE_OF_NAMES / sum(ranks)
        self._words = [*self.common, *self.names]
        self._weights = list(
            accumulate([*(counts[word] for word in self.common), *(rank * scale for rank in ranks)])
        )

    def some(self, chance: random.Random, count: int) -> list[str]:
        return chance.choices(self._words, cum_weights=self._weights, k=count)

    def sentence(self, chance: random.Random, count: int) -> str:
        return _capital(" ".join(self.some(chance, count)))

    def body(self, chance: random.Random) -> str:
        """Paragraphs of some 300 words together, a few much longer."""
        words = self.some(chance, min(int(chance.lognormvariate(5.6, 0.5)), 2500))
        sentences = [
            _capital(" ".join(words[at : at + _SENTENCE])) + "."
            for at in range(0, len(words), _SENTENCE)
        ]
        size = _PARAGRAPH // _SENTENCE
        return "".join(
            f"<p>{' '.join(sentences[at : at + size])}</p>\n"
            for at in range(0, len(sentences), size)
        )


def _demo_texts(language: str) -> str:
    texts = [tomllib.loads(path.read_text("utf-8")) for path in sorted(_ARTICLES.glob("*.toml"))]
    words = [text[language] for text in texts if language in text]
    return re.sub(
        "<[^>]*>", " ", " ".join(f"{text['title']} {text['lead']} {text['body']}" for text in words)
    )


def _names(language: str) -> list[str]:
    chance = random.Random(language)
    syllables = _SYLLABLES[language].split()
    names: dict[str, None] = {}
    while len(names) < _NAMES:
        names["".join(chance.choices(syllables, k=chance.randint(3, 5)))] = None
    return list(names)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
