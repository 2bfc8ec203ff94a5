"""The small Markdown of comments: paragraphs, emphasis, links, lists, quotes, code. No HTML.

Written for strangers' texts: what it costs grows with the length of the text and with nothing else.
Blocks nest at most `DEEPEST` deep, so no line is looked at more often; `inline` says the same of
what stands in a line. General parsers take ten times as long for 5,000 brackets.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import nh3

from comments.inline import render_inline

DEEPEST = 6  # deeper quotes and lists are plain text
LONGEST_QUOTE = 1500

_TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "pre", "code"}

_QUOTE = re.compile(r" {0,3}> ?")
_BULLET = re.compile(r"( *)[-*+] +(?=\S)")
_NUMBER = re.compile(r"( *)(\d{1,3})[.)] +(?=\S)")
_FENCE = re.compile(r" {0,3}(`{3,})[^`]*$")
_BEGINS_BLOCK = re.compile("|".join(mark.pattern for mark in (_QUOTE, _BULLET, _NUMBER, _FENCE)))


def render(source: str) -> str:
    """Safe HTML of a comment's `source`; rendered once, when it is saved."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    # All text is escaped already. The sanitiser is there for the mistake that nobody has seen yet.
    return nh3.clean(
        "\n".join(_blocks(_Lines(lines))),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="ugc nofollow noopener",
    )


def quote(source: str) -> str:
    """`source` as a quote to answer to, cut where it gets long."""
    text = without_quotes(source).strip()
    if len(text) > LONGEST_QUOTE:
        text = text[:LONGEST_QUOTE].rsplit(maxsplit=1)[0] + " …"
    return "".join(f"> {line}".rstrip() + "\n" for line in text.split("\n")) + "\n"


def without_quotes(source: str) -> str:
    """What its author says themselves."""
    return "\n".join(line for line in source.splitlines() if not _QUOTE.match(line))


@dataclass
class _Lines:
    """Lines that are read once, from the first to the last."""

    lines: list[str]
    depth: int = 0
    at: int = 0

    @property
    def next(self) -> str:
        return self.lines[self.at]

    @property
    def is_over(self) -> bool:
        return self.at >= len(self.lines)

    def take(self) -> str:
        self.at += 1
        return self.lines[self.at - 1]

    def take_while(self, is_wanted: Callable[[str], bool]) -> list[str]:
        start = self.at
        while not self.is_over and is_wanted(self.next):
            self.at += 1
        return self.lines[start : self.at]

    def skip_blank(self) -> None:
        self.take_while(_is_blank)

    def inside(self, lines: list[str]) -> "_Lines":
        return _Lines(lines, self.depth + 1)

    @property
    def may_nest(self) -> bool:
        return self.depth < DEEPEST


def _blocks(lines: _Lines) -> list[str]:
    html = []
    lines.skip_blank()
    while not lines.is_over:
        html.append(_block(lines))
        lines.skip_blank()
    return html


def _block(lines: _Lines) -> str:
    if fence := _FENCE.match(lines.next):
        return _code(lines, len(fence[1]))
    if lines.may_nest:
        if _QUOTE.match(lines.next):
            return _quote(lines)
        if marker := _BULLET.match(lines.next) or _NUMBER.match(lines.next):
            return _list(lines, marker.re)
    return _paragraph(lines)


def _code(lines: _Lines, length: int) -> str:
    closing = re.compile(rf" {{0,3}}`{{{length},}} *$")
    lines.take()
    code = lines.take_while(lambda line: not closing.match(line))
    if not lines.is_over:
        lines.take()
    return "<pre><code>" + escape("\n".join(code)) + "</code></pre>"


def _quote(lines: _Lines) -> str:
    """Only lines that begin with the mark: an answer typed right below is no part of the quote."""
    quoted = lines.take_while(lambda line: _QUOTE.match(line) is not None)
    inner = [_QUOTE.sub("", line, count=1) for line in quoted]
    return "<blockquote>" + "\n".join(_blocks(lines.inside(inner))) + "</blockquote>"


def _list(lines: _Lines, kind: re.Pattern[str]) -> str:
    first = kind.match(lines.next)
    assert first
    indent = len(first[1])
    items = []
    while not lines.is_over and (marker := kind.match(lines.next)):
        if not indent <= len(marker[1]) < indent + 2:
            break
        items.append(_item(lines, marker))
        lines.skip_blank()
    html = "\n".join(items)
    if kind is _BULLET:
        return f"<ul>{html}</ul>"
    return f"<ol>{html}</ol>" if first[2] == "1" else f'<ol start="{int(first[2])}">{html}</ol>'


def _item(lines: _Lines, marker: re.Match[str]) -> str:
    """An item goes on with what is indented under it, and with lines that begin nothing new."""
    indent = len(marker[1]) + 2
    first = lines.take()[marker.end() :]
    rest = lines.take_while(lambda line: _is_indented(line, indent) or not _begins_block(line))
    while not lines.is_over and _is_blank(lines.next):
        back = lines.at
        lines.skip_blank()
        more = lines.take_while(lambda line: _is_indented(line, indent))
        if not more:
            lines.at = back
            break
        rest += ["", *more]
    html = _blocks(lines.inside([first, *(_outdented(line, indent) for line in rest)]))
    if "" not in rest and html[0].startswith("<p>"):
        html[0] = html[0].removeprefix("<p>").removesuffix("</p>")
    return "<li>" + "\n".join(html) + "</li>"


def _paragraph(lines: _Lines) -> str:
    ends = _begins_block if lines.may_nest else _is_blank
    text = [lines.take(), *lines.take_while(lambda line: not ends(line))]
    return "<p>" + render_inline("\n".join(map(str.strip, text))) + "</p>"


def _begins_block(line: str) -> bool:
    """Whether `line` ends the paragraph before it."""
    return _is_blank(line) or _BEGINS_BLOCK.match(line) is not None


def _is_blank(line: str) -> bool:
    return not line or line.isspace()


def _is_indented(line: str, indent: int) -> bool:
    return line.startswith(" " * indent) and not _is_blank(line)


def _outdented(line: str, indent: int) -> str:
    return line[indent:] if line.startswith(" " * indent) else line.lstrip()
