"""What a stranger may send: words and headers to draw from, and what a page asks of a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.http import QueryDict
from hypothesis import strategies as st

from tests.portal.addresses import Pattern

WORDS = [
    *("", " ", "0", "-1", "--1", "1e9", "NaN", "1_0", "٣", "²", "1.5", "true", "null", "None"),
    *("2147483648", "9223372036854775807", "9223372036854775808", "9" * 5000),
    *("\0", "a\0b", "%00", "\r\nX: y", "\u202e", "\ufeff", "\uffff", "e\u0301" * 40, "🏴\u200d☠️"),
    *(
        "'; DROP TABLE news_article; --",
        "<script>alert(1)</script>",
        "{{ 7|add:7 }}",
        "%s%n",
        "a/b",
    ),
    *("../../etc/passwd", "//example.com", "javascript:alert(1)", "http://[::1", "\\\\host\\x"),
    *("2026-01-01", "0000-00-00", "9999-12-31", "10000-01-01", "2026-02-30", "2026-03-29T02:30"),
    *("9999-12-31T23:59:59Z~1", "0001-01-01T00:00:00+14:00~1", "2026-01-01T00:00:00Z~--1"),
    *("2026-01-01T00:00:00~1", "2026-01-01T00:00:00Z~9223372036854775808", "1~2~3~4", "-5~-5"),
    *("a@b", "a@b.example", f"a@{'b' * 300}.example", '"a b"@c.example', "а@б.рф", "a@b\n.c"),
    *("best", "newest", "en", "ru", "xx", "probe", "owner", "Europe/Riga", "../UTC", "Europe/"),
]
HEADERS = [
    *("Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Content-Encoding"),
    *("Cookie", "Forwarded", "Host", "If-Match", "If-Modified-Since", "If-None-Match"),
    *("If-Unmodified-Since", "If-Range", "Origin", "Purpose", "Range", "Referer", "User-Agent"),
    *("HX-Request", "HX-Target", "HX-Boosted", "HX-Current-URL", "HX-History-Restore-Request"),
    *("Sec-Fetch-Site", "Sec-Purpose", "X-CSRFToken", "X-Forwarded-For", "X-Forwarded-Host"),
    *("X-Forwarded-Proto", "X-HTTP-Method-Override", "X-Requested-With", "X-Request-ID"),
]
HEADER_WORDS = [
    *("", "*", "*/*", "en;q=x", "ru-RU,ru;q=0.9,*;q=5", f"xx-{'y' * 99}", ",,;;==", "q" * 4000),
    *("bytes=0-0", "bytes=-5", "bytes=9-1", "bytes=0-0,1-1", 'W/"x"', '"', "W/", "gzip, br;q=0"),
    *(
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Thu, 32 Foo 9999 99:99:99 GMT",
        "Sunday, 06-Nov-94 08:49:37",
    ),
    *("true", "127.0.0.1", "::1, 10.0.0.1", "999.1.1.1", "fe80::1%eth0", "unknown", "for=_x;by=y"),
    *(
        "example.com",
        "testserver:99999",
        "testserver:x",
        "a b",
        "[::1",
        "xn--",
        "https://[",
        "null",
    ),
    *(
        "https://example.com/en/",
        "http://testserver/en/articles/",
        "Basic eDp5",
        "Basic !",
        "Æ\xff",
    ),
    *(
        "sessionid=x",
        "csrftoken=x; csrftoken=y",
        "messages=x$[",
        "theme=y; language=xx",
        "=;=",
        ";",
    ),
    *("django_language=../x", f"sessionid={'z' * 500}", "navigate", "prefetch", "-1", "cross-site"),
]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]
MEDIA_TYPES = [
    *("", "text/plain", "application/json", "application/x-www-form-urlencoded; charset=x"),
    *("multipart/form-data", "multipart/form-data; boundary=x", "x" * 300, "application/xml"),
]
BODIES = [b"", b"{", b"[" * 2000, b"\xff\xfe", b"a=" + b"%ff" * 9, b"&" * 3000, b"--x\r\n\r\n--x--"]

_FIELDS = {"input", "select", "textarea", "button"}

texts = st.sampled_from(WORDS) | st.text(max_size=20)
headers = st.dictionaries(
    st.sampled_from(HEADERS),
    st.sampled_from(HEADER_WORDS) | st.text(st.characters(codec="latin-1"), max_size=20),
    max_size=3,
)


@contextmanager
def names_read() -> Iterator[set[str]]:
    """The names that whatever runs inside looks for in query strings and forms."""
    names: set[str] = set()

    def noting(method: Any) -> Any:
        def noted(self: QueryDict, key: str, *args: Any, **kwargs: Any) -> Any:
            names.add(key)
            return method(self, key, *args, **kwargs)

        return noted

    with pytest.MonkeyPatch.context() as patch:
        for name in ("__getitem__", "__contains__", "_getlist"):
            patch.setattr(QueryDict, name, noting(getattr(QueryDict, name)))
        yield names


@dataclass
class Form:
    """A form of a page: where it goes, and its fields' types and values by name."""

    action: str
    method: str
    types: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    def names_of(self, *types: str) -> list[str]:
        return [name for name, its in self.types.items() if its in types]


def forms(html: str) -> list[Form]:
    reader = _Reader()
    reader.feed(html)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = True
            method = attributes.get("method", "get").upper()
            self.forms.append(Form(attributes.get("action", ""), method))
        elif self.is_inside and tag in _FIELDS and (name := attributes.get("name")):
            self.forms[-1].types[name] = attributes.get("type", tag)
            self.forms[-1].values[name] = attributes.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = self.is_inside and tag != "form"


@st.composite
def addresses(draw: st.DrawFn, pattern: Pattern, path: str) -> str:
    """`path`, or something like it that does not exist."""
    if not pattern.parts or draw(st.booleans()):
        return path
    parts = {part: quote(draw(texts | st.just("%ff"))) for part in pattern.parts}
    return pattern.template % parts


def filled(names: set[str]) -> st.SearchStrategy[str]:
    """A query string or form with some of the `names`, each once or twice, or with another one."""
    name = st.sampled_from(sorted(names)) if names else texts
    pairs = st.tuples(name, texts) | st.tuples(name | texts, texts)
    return st.lists(pairs, min_size=1, max_size=4).map(urlencode)


def bodies(names: set[str]) -> st.SearchStrategy[dict[str, Any]]:
    """A filled form, or something that is none."""
    form = {"content_type": "application/x-www-form-urlencoded"}
    return filled(names).map(lambda data: {"data": data.encode(), **form}) | st.fixed_dictionaries(
        {
            "data": st.sampled_from(BODIES) | st.binary(max_size=30),
            "content_type": st.sampled_from(MEDIA_TYPES),
        }
    )
