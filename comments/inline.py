"""What stands in a line of a comment: emphasis, code, links.

One pass over the marks from left to right. What may still be closed waits on a stack that never
grows beyond `MOST_OPEN`, and a mark is put on it and taken off it once. So the work is proportional
to the number of marks, whatever they are.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

MOST_OPEN = 10  # further marks are plain text until some are closed
LONGEST_STRESS = 3  # more stars than that are decoration

# A destination ends at the next bracket, so that no two of them look far over the same text.
_DESTINATION = re.compile(
    r"\( *<?((?:https?://|mailto:)[^\s<>()\[\]\\]*(?:\([^\s<>()\[\]\\]*\)[^\s<>()\[\]\\]*)?)>? *\)",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<ticks>`+)"
    r"|(?P<stress>\*+|_+)"
    r"|(?P<opening>\[)"
    r"|(?P<closing>\])"
    r"|<(?P<framed>https?://[^\s<>]+)>"
    r"|(?P<bare>https?://[^\s<>\"*\[\]`\\]+)"
    r"|(?P<newline>\n)",
    re.IGNORECASE,
)
_FOLLOWING = ".,:;!?'’»”…_"  # punctuation that ends a sentence and not an address


def render_inline(text: str) -> str:
    """HTML of `text`, with everything escaped that is no mark."""
    return _Line(text).render() if _MARK.search(text) else escape(text)


@dataclass
class _Waiting:
    """A mark that something later may close: `[`, or as many stars as are `left` of a run."""

    mark: str
    place: int  # in the output
    left: int = 1
    tags: str = ""


@dataclass
class _Line:
    text: str
    html: list[str] = field(default_factory=list)
    waiting: list[_Waiting] = field(default_factory=list)
    # Addresses that became links by themselves, as (place in the output, address).
    linked: list[tuple[int, str]] = field(default_factory=list)

    def render(self) -> str:
        at = 0
        while mark := _MARK.search(self.text, at):
            if at < mark.start():
                self.html.append(escape(self.text[at : mark.start()]))
            at = _ACTS[str(mark.lastgroup)](self, mark)
        self.html.append(escape(self.text[at:]))
        return "".join(self.html)

    # What each mark does; all return where to go on.

    def _escaped(self, mark: re.Match[str]) -> int:
        self.html.append(escape(mark["escaped"]))
        return mark.end()

    def _newline(self, mark: re.Match[str]) -> int:
        self.html.append("<br>\n")
        return mark.end()

    def _ticks(self, mark: re.Match[str]) -> int:
        """Code, up to the next run of as many ticks; without one they are just ticks."""
        ends = self._ends_of_ticks[len(mark[0])]
        following = bisect_right(ends, mark.end())
        if following == len(ends):
            self.html.append(mark[0])
            return mark.end()
        code = self.text[mark.end() : ends[following] - len(mark[0])]
        self.html.append(f"<code>{escape(code.strip() or code)}</code>")
        return ends[following]

    @cached_property
    def _ends_of_ticks(self) -> dict[int, list[int]]:
        """Where the runs of ticks end, by their length."""
        ends = defaultdict(list)
        for run in re.finditer(r"`+", self.text):
            ends[len(run[0])].append(run.end())
        return ends

    def _stress(self, mark: re.Match[str]) -> int:
        star, left = mark[0][0], len(mark[0])
        opens, closes = self._sides(mark)
        if closes and left <= LONGEST_STRESS:
            while left and (opener := self._opener(star, left, only_equal=opens)):
                left -= self._stress_since(opener, left)
        if left and opens and left <= LONGEST_STRESS:
            self._wait(star, left)
        else:
            self.html.append(star * left)
        return mark.end()

    def _sides(self, mark: re.Match[str]) -> tuple[bool, bool]:
        """Whether stars may open, and close. They stand at the ends of words, not inside of them:
        2*3*4 and snake_case_names are none.
        """
        start, end = mark.span()
        before = self.text[start - 1 : start] or " "
        after = self.text[end : end + 1] or " "
        opens = not after.isspace() and not before.isalnum()
        closes = not before.isspace() and not after.isalnum()
        return opens, closes

    def _opener(self, mark: str, left: int = 1, only_equal: bool = False) -> _Waiting | None:
        """The last of the same length that waits, else the last of any."""
        last = None
        for waiting in reversed(self.waiting):
            if waiting.mark == mark:
                if waiting.left == left:
                    return waiting
                last = last or waiting
        return None if only_equal else last

    def _stress_since(self, opener: _Waiting, left: int) -> int:
        """Emphasise what stands since `opener`; returns how many stars that took."""
        taken = 2 if min(opener.left, left) >= 2 else 1
        tag = "strong" if taken == 2 else "em"
        self._forget_since(opener)
        opener.left -= taken
        opener.tags = f"<{tag}>{opener.tags}"
        self.html[opener.place] = opener.mark * opener.left + opener.tags
        self.html.append(f"</{tag}>")
        if opener.left:
            self.waiting.append(opener)
        return taken

    def _opening(self, mark: re.Match[str]) -> int:
        self._wait("[")
        return mark.end()

    def _closing(self, mark: re.Match[str]) -> int:
        """`](…)` makes a link of what stands since the last `[`; else both are just brackets."""
        opener = self._opener("[")
        destination = _DESTINATION.match(self.text, mark.end()) if opener else None
        if opener:
            self._forget_since(opener)
        if not opener or not destination:
            self.html.append("]")
            return mark.end()
        self._unlink_since(opener)
        self.html[opener.place] = f'<a href="{escape(destination[1])}">'
        self.html.append("</a>")
        # No link in a link: a bracket that was open before can't become one any more.
        self.waiting = [waiting for waiting in self.waiting if waiting.mark != "["]
        return destination.end()

    def _unlink_since(self, opener: _Waiting) -> None:
        while self.linked and self.linked[-1][0] > opener.place:
            place, url = self.linked.pop()
            self.html[place] = escape(url)

    def _framed(self, mark: re.Match[str]) -> int:
        self._link(mark["framed"])
        return mark.end()

    def _bare(self, mark: re.Match[str]) -> int:
        url = mark["bare"].rstrip(_FOLLOWING)
        if url.count("(") < url.count(")"):
            url = url.rstrip(")").rstrip(_FOLLOWING)
        self._link(url)
        return mark.start() + len(url)

    def _link(self, url: str) -> None:
        self.linked.append((len(self.html), url))
        self.html.append(f'<a href="{escape(url)}">{escape(url)}</a>')

    def _wait(self, mark: str, left: int = 1) -> None:
        if len(self.waiting) < MOST_OPEN:
            self.waiting.append(_Waiting(mark, len(self.html), left))
        self.html.append(mark * left)

    def _forget_since(self, opener: _Waiting) -> None:
        """What was opened after it and not closed is plain text."""
        while self.waiting.pop() is not opener:
            pass


_ACTS = {name: getattr(_Line, f"_{name}") for name in _MARK.groupindex}
