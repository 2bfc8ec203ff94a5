"""What readers write who mean no harm: short words, thoughts, quotes, links, and what looks odd.

Thoughts are sentences of the demonstration's articles and conversations, or of a file of articles,
each used once, behind the openings that people use over and over.
"""

import json
import random
import re
import tomllib
from collections.abc import Iterable, Iterator
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

_DEMO = Path(__file__).parent.parent / "portal" / "demo"
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+|\n+")
_SHORTEST, _LONGEST = 30, 350  # characters of a sentence that can stand alone

_PHRASES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


class Readers:
    """Comments by turns of all kinds, in both languages; the same for the same seed."""

    def __init__(self, chance: random.Random, articles: Path | None = None) -> None:
        self.chance = chance
        self._thoughts = {code: self._endless(_thoughts(code, articles)) for code in ("ru", "en")}
        self._odd = {code: iter(_PHRASES[code]["odd"]) for code in ("ru", "en")}

    def write(self, quoted: str = "", links: bool = False) -> str:
        """Perhaps with a quote of the comment that is answered, or a link."""
        code = self.chance.choice(["ru", "en"])
        fate = self.chance.random()
        if fate < 0.22:
            return self.chance.choice(_PHRASES[code]["short"])
        if fate < 0.27 and (odd := next(self._odd[code], "")):
            return odd
        words = [next(self._thoughts[code]) for _ in range(self.chance.choice([1, 1, 2]))]
        if self.chance.random() < 0.4:
            words.insert(0, self.chance.choice(_PHRASES[code]["openings"]))
        if links:
            words += [
                self.chance.choice(_PHRASES[code]["before_links"]),
                self.chance.choice(_PHRASES["links"]),
            ]
        begin = f"> {quoted.splitlines()[-1][:200]}\n\n" if quoted and fate < 0.6 else ""
        return begin + " ".join(words)

    def _endless(self, texts: Iterable[str]) -> Iterator[str]:
        shuffled = list(texts)
        self.chance.shuffle(shuffled)
        return cycle(shuffled)


def _thoughts(code: str, articles: Path | None) -> list[str]:
    texts = _of_file(code, articles) if articles else _of_demo(code)
    sentences = (sentence.strip() for text in texts for sentence in _SENTENCE_ENDS.split(text))
    # Who links, and how often, is for `Readers` to say.
    linkless = (one for one in dict.fromkeys(sentences) if "://" not in one)
    return [one for one in linkless if _SHORTEST < len(one) < _LONGEST]


def _of_demo(code: str) -> Iterator[str]:
    for path in sorted((_DEMO / "articles").glob("*.toml")):
        yield _plain(tomllib.loads(path.read_text("utf-8")).get(code, {}).get("body", ""))
    corpus = tomllib.loads((_DEMO / "discussions.toml").read_text("utf-8"))
    said = [comment["text"] for thread in corpus["thread"] for comment in thread["comments"]]
    said = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text) for text in said]  # without their links
    yield from (text for text in said if bool(re.search("[а-я]", text)) == (code == "ru"))
    yield from corpus["phrases"][f"points_{code}"]


def _of_file(code: str, articles: Path) -> Iterator[str]:
    """Lines of JSON with `lang` and `body_html`."""
    for line in articles.read_text("utf-8").splitlines():
        article = json.loads(line)
        if article["lang"] == code:
            yield _plain(article["body_html"])


def homepages(articles: Path) -> set[str]:
    """Of the sources of a file of articles, as a portal that published them would know them."""
    urls = (json.loads(line)["source_url"] for line in articles.read_text("utf-8").splitlines())
    return {f"https://{urlsplit(url).hostname}/" for url in urls if url}


def _plain(html: str) -> str:
    return re.sub("<[^>]*>", "", re.sub("</(?:p|li|h2|h3|blockquote)>", "\n", html))
