"""From the bytes of a feed to its items: plain words, harmless HTML, and what else is known.

feedparser understands what feeds have been written in over twenty-five years, broken XML included.
What it is given is ours: decoded by us, within limits, without entities. What comes out of it is
still a stranger's, and goes through the same sanitiser as everything else.
"""

import calendar
import codecs
import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
import nh3
from django.utils.text import Truncator

from news.body import UNSEEN, clean_body, writable
from news.incoming.fetching import Answer, FetchFailed, Trouble

logger = logging.getLogger(__name__)

MOST_ITEMS = 100  # of one reading: the newest
_MOST_TAGS = 300_000
_LONGEST_BODY = 200_000
_LONGEST_LEAD = 600
_PERIODS = {"hourly": 60, "daily": 24 * 60, "weekly": 7 * 24 * 60}
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(hours=1)

_BOMS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (b"\xfe\xff", "utf-16")]
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,300}?\?>")
_ENCODING = re.compile(r"""encoding\s*=\s*["']([\w.:-]{1,40})["']""")
# A codec by which ASCII says something else would hide an entity from us.
_CODECS = re.compile(
    r"utf-?8|(windows-|cp)12\d\d|cp866|koi8-?[ru]|iso-?8859-?\d+|latin-?1|(us-)?ascii|"
    r"mac-?cyrillic|gbk|gb2312|gb18030|big5|euc-(jp|kr)|shift_jis"
)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_BREAK = re.compile(r"</?(?:p|div|li|h\d|tr|t[dh]|d[ltd]|blockquote|br|hr)\b[^>]*>", re.IGNORECASE)
_UNSEEN = UNSEEN | {"form"}
_SPACE = re.compile(r"[ \t\r\n]+")
_LINES = re.compile(r"[ \t]*\n[ \t]*(\n?)\s*")
_FIRST = re.compile(r"<p>(.*?)</p>\s*", re.DOTALL)
# What blog software puts under each item of its feeds.
_SIGNATURE = re.compile(r"<p>The post .{1,600} appeared first on .{1,300}</p>\s*$", re.DOTALL)


@dataclass(frozen=True)
class Item:
    """`key` is what the feed knows it by; `body` is HTML that pages may show."""

    key: str
    link: str
    title: str
    lead: str
    body: str
    author: str
    published_at: datetime | None


@dataclass(frozen=True)
class Document:
    """A feed's newest items, oldest first, and how long it asks to be left alone."""

    items: list[Item]
    rest: timedelta = timedelta(0)


def read(answer: Answer) -> Document:
    """Raises FetchFailed where that is no feed."""
    # Without what XML can't hold: between the letters of a word it would hide the word from us.
    text = writable(_decoded(answer.body or b"", answer.headers))
    if _ENTITY.search(text):
        raise FetchFailed(Trouble.ENTITIES)
    if text.count("<") > _MOST_TAGS:
        raise FetchFailed(Trouble.TOO_LARGE, f"> {_MOST_TAGS} <…>")
    parsed = _parsed(text, answer.url)
    if not parsed.get("version") and not parsed.entries:
        where = str(parsed.get("bozo_exception", "")).removeprefix("<unknown>:")
        raise FetchFailed(Trouble.NO_FEED, where)
    entries = _newest(parsed.entries)
    items = {item.key: item for entry in entries for item in _item(entry, answer.url)}
    return Document(list(items.values()), _rest(parsed.feed))


def _decoded(body: bytes, headers: Message) -> str:
    """What is UTF-8 is UTF-8, whatever it or its server says: by chance no long text is."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body.decode(codec, "replace")
    if b"\0" in body[:4]:
        return body.decode("utf-16-be" if body[:1] == b"\0" else "utf-16-le", "replace")
    declared = _DECLARATION.match(body[:400].decode("latin-1"))
    said = _ENCODING.findall(declared[0] if declared else "")
    for codec in ["utf-8", *map(str.lower, said), headers.get_content_charset("windows-1252")]:
        try:
            if _CODECS.fullmatch(codec):
                return body.decode(codec)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8", "replace")


def _parsed(text: str, url: str) -> Any:
    text = _DECLARATION.sub("", text.lstrip("\ufeff \t\r\n"), count=1)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        return feedparser.parse(
            io.BytesIO(text.encode()),
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:  # strangers' documents find ways that nobody has thought of
        logger.warning("feed %s can't be read: %r", url, error)
        raise FetchFailed(Trouble.NO_FEED, type(error).__name__) from error


def _newest(entries: list[Any]) -> list[Any]:
    """The newest last. Where dates are missing feeds begin with the newest."""
    if all(map(_moment, entries)):
        entries = sorted(entries, key=lambda entry: _moment(entry) or _OLDEST, reverse=True)
    return entries[:MOST_ITEMS][::-1]


def _item(entry: Any, base: str) -> Iterator[Item]:
    """The item that `entry` is, if it says anything at all."""
    summary, content = _html(entry.get("summary")), _content(entry)
    words = _words(summary or content)
    title = _words(_html(entry.get("title"))) or _cut(words, 80)
    link = _link(entry.get("link"), base)
    if not title:
        return
    lead, body = _divided(summary if content else "", _body(content or summary, link or base))
    yield Item(
        key=_key(entry, link, title, words),
        link=link,
        title=_cut(title, 250),
        lead=lead,
        body=body,
        author=_cut(_words(_html(entry.get("author"))), 160),
        published_at=_moment(entry),
    )


def _content(entry: Any) -> str:
    """The longest of what it calls its content."""
    contents = [_html(part.get("value")) for part in entry.get("content", [])]
    return max(contents, key=len, default="")


def _html(value: Any) -> str:
    return str(value or "")[:_LONGEST_BODY]


def _words(html: str) -> str:
    """The text of `html` in one line."""
    bare = nh3.clean(_BREAK.sub(" ", html), tags=set(), clean_content_tags=_UNSEEN)
    return " ".join(unescape(bare).split())


def _divided(summary: str, body: str) -> tuple[str, str]:
    """The lead, and the body without it: nothing is to be read twice.

    What begins with no paragraph (a table, a list of terms) has none: its words in one line make no
    sentence.
    """
    first = _FIRST.match(body)
    opening = _words(first[1]) if first else ""
    lead = _words(summary) or opening
    if first and opening == lead and len(lead) <= _LONGEST_LEAD:
        body = body[first.end() :]
    return _cut(lead, _LONGEST_LEAD), body


def _body(html: str, base: str) -> str:
    """As an article would write it, with links that lead somewhere."""
    html = nh3.clean(
        html, clean_content_tags=_UNSEEN, url_relative=("rewrite_with_base", base), link_rel=None
    )
    if "<pre" not in html:
        html = _SPACE.sub(" ", html) if "<" in html else _LINES.sub(_joined, html.strip())
    return _SIGNATURE.sub("", clean_body(html)).strip()


def _joined(lines: re.Match[str]) -> str:
    """Lines are broken where the page of a program ended; an empty one begins a paragraph."""
    return "\n\n" if lines[1] else " "


def _cut(text: str, longest: int) -> str:
    return Truncator(text).chars(longest)


def _link(value: Any, base: str) -> str:
    """An address of the web that an article may name, or nothing."""
    try:
        link = urljoin(base, str(value or "").strip())
        usable = urlsplit(link).scheme in ("http", "https") and urlsplit(link).hostname
    except ValueError:
        return ""
    return link if value and usable and link != base and len(link) <= 500 else ""


def _key(entry: Any, link: str, title: str, words: str) -> str:
    known_by = str(entry.get("id") or "").strip() or link or f"{title}\n{words}"
    return sha256(known_by.encode()).hexdigest()


def _moment(entry: Any) -> datetime | None:
    """When it came out. Nothing where that can't be: in another century, or yet to come."""
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return moment if _OLDEST <= moment <= datetime.now(UTC) + _CLOCKS_DIFFER else None


def _rest(feed: Any) -> timedelta:
    """RSS says it in minutes, or with a module for it as so often in an hour, a day, a week."""
    try:
        minutes = float(feed.get("ttl") or 0)
        if period := _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower()):
            minutes = max(minutes, period / float(feed.get("sy_updatefrequency") or 1))
        return timedelta(minutes=min(max(minutes, 0), _PERIODS["weekly"]))
    except (ValueError, ZeroDivisionError):
        return timedelta(0)
