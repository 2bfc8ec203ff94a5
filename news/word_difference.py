"""Which words were taken out of a text and which were put in, for people to read.

Paragraphs are compared first and words only where those differ, so that a long text takes no longer
than what was changed in it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from itertools import groupby

SAME, REMOVED, ADDED = "same", "removed", "added"

# A tag, a sign written as a reference, a number, a word, a run of blanks, or any other sign.
_TOKEN = re.compile(r"<[^<>]*>|&#?\w+;|\d+(?:[.,]\d+)*|\w+(?:[-’'‑]\w+)*|\s+|.", re.DOTALL)
_TAG = re.compile(r"</?(\w+)[^<>]*>")
_PARAGRAPH = re.compile(
    r".*?(?:\n+|</(?:p|h[2-4]|li|dt|dd|blockquote|pre|tr|table)>\s*|$)", re.DOTALL
)
# More words in one go take seconds: then they are shown as replaced from the first to the last.
_MOST_TOKENS = 6_000
# What tags look like that are no change: as the page shows them, in signs.
_SHOWN = {"br": "\n", "li": "\n• ", "hr": "\n", "tr": "\n", "td": " ", "th": " "}
_CLOSING = {"p", "h2", "h3", "h4", "blockquote", "pre", "ul", "ol", "table", "dl"}


Run = tuple[str, list[str]]


@dataclass(frozen=True)
class Piece:
    """Some words of a text: "same", "removed" or "added"."""

    kind: str
    text: str


def word_difference(old: str, new: str, *, is_html: bool = False) -> list[Piece]:
    """From `old` to `new`, with all that stayed. Of HTML tags are only shown where they changed."""
    runs = _runs(_paragraphs(old), _paragraphs(new))
    show = _shown if is_html else _plain
    pieces = [Piece(kind, show(kind, tokens)) for kind, tokens in _joined(runs)]
    return [piece for piece in pieces if piece.text and not (is_html and _is_no_news(piece))]


def _is_no_news(piece: Piece) -> bool:
    """Blanks between the tags of a page show nowhere."""
    return piece.kind != SAME and not piece.text.strip()


def _runs(before: list[str], after: list[str]) -> list[Run]:
    head = _in_common(before, after)
    tail = _in_common(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    runs = [(SAME, _tokens(before[:head]))]
    for act, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes():
        gone, come = _tokens(old[i:j]), _tokens(new[k:m])
        runs += [(SAME, gone)] if act == "equal" else _between(gone, come)
    return [*runs, (SAME, _tokens(before[len(before) - tail :]))]


def _in_common(one: list[str], other: list[str]) -> int:
    """How many paragraphs both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))


def _paragraphs(text: str) -> list[str]:
    return [part for part in _PARAGRAPH.findall(text) if part]


def _tokens(paragraphs: list[str]) -> list[str]:
    return _TOKEN.findall("".join(paragraphs))


def _between(gone: list[str], come: list[str]) -> Iterator[Run]:
    if max(len(gone), len(come)) > _MOST_TOKENS:
        yield from ((REMOVED, gone), (ADDED, come))
        return
    for act, i, j, k, m in SequenceMatcher(None, gone, come, autojunk=False).get_opcodes():
        if act == "equal":
            yield SAME, gone[i:j]
        else:
            yield REMOVED, gone[i:j]
            yield ADDED, come[k:m]


def _joined(runs: list[Run]) -> Iterator[Run]:
    """Neighbours of a kind together: "two old words" reads better than "two", "old", "words"."""
    for is_same, group in groupby(_bridged(runs), key=lambda run: run[0] == SAME):
        parts = list(group)
        for kind in [SAME] if is_same else [REMOVED, ADDED]:
            tokens = [token for part in parts if part[0] == kind for token in part[1]]
            if tokens:
                yield kind, tokens


def _bridged(runs: list[Run]) -> Iterator[Run]:
    """A blank that stayed between two changed words belongs to both changes."""
    runs = [run for run in runs if run[1]]
    for number, (kind, tokens) in enumerate(runs):
        is_inside = 0 < number < len(runs) - 1
        if kind == SAME and is_inside and all(_is_small(token) for token in tokens):
            yield from ((REMOVED, tokens), (ADDED, tokens))
        else:
            yield kind, tokens


def _is_small(token: str) -> bool:
    return token.isspace() and "\n" not in token


def _plain(kind: str, tokens: Iterable[str]) -> str:
    return "".join(tokens)


def _shown(kind: str, tokens: list[str]) -> str:
    """HTML as text. Changed tags are shown as they are written, but paragraphs with their words."""
    is_only_tags = all(_TAG.fullmatch(token) or token.isspace() for token in tokens)
    return "".join(
        token if kind != SAME and _is_told(token, is_only_tags) else _as_text(token)
        for token in tokens
    )


def _is_told(token: str, is_only_tags: bool) -> bool:
    tag = _TAG.fullmatch(token)
    return tag is not None and (is_only_tags or tag[1] not in ("p", "br", "ul", "ol", "li"))


def _as_text(token: str) -> str:
    tag = _TAG.fullmatch(token)
    if tag is None:
        return unescape(token) if not token.isspace() else " "
    if token.startswith("</"):
        return "\n\n" if tag[1] in _CLOSING else ""
    return _SHOWN.get(tag[1], "")
