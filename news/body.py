"""From what an editor types or a feed brings to what a page may show."""

import re
from html import unescape

import nh3
from django.utils.html import linebreaks, strip_tags
from django.utils.text import slugify

_TAGS = {
    *("p", "br", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong"),
    *("a", "table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "sub", "sup", "hr"),
}
_ATTRIBUTES = {"a": {"href"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
_SCHEMES = {"http", "https", "mailto"}
_BLOCK = re.compile(r"<(p|h[2-4]|ul|ol|blockquote|pre|table|dl)\b", re.IGNORECASE)

# What no reader of a page sees, with all that is in it: Word brings a whole document along.
UNSEEN = {"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"}
UNSEEN |= {"xml", "select"}
# Markup that an article writes otherwise, as word processors and other pages have it.
_TAG = re.compile(r"<(/?)(b|i|div|section|article|figcaption|h1|h5|h6)(?:\s[^>]*)?>", re.IGNORECASE)
_OUR_TAG = {"b": "strong", "i": "em", "h1": "h2", "h5": "h4", "h6": "h4"}
_EMPTY = re.compile(r"<p>(?:\s|&nbsp;|\xa0|<br>)*</p>\s*")
_BETWEEN, _BREAK = re.compile(r"</p>\s*<p>"), re.compile(r"<br>\s*")

# What XML 1.0 has no way to write (its production 2, Char).
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# Marks that turn the direction of whatever follows, to the end of the line if nobody closes them.
# Arabic and Hebrew need none of them.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")

_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_SOUNDS = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya"
_LATIN = dict(zip(_CYRILLIC, _SOUNDS.replace("-", "").split(" "), strict=True))


def clean_body(html: str) -> str:
    """`html` with only the tags of an article left; plain text becomes paragraphs.

    Applying it twice changes nothing more.
    """
    cleaned = _clean(one_way(html))
    if not _BLOCK.search(cleaned):
        cleaned = _clean(linebreaks(cleaned)) if cleaned.strip() else ""
    return cleaned if strip_tags(cleaned).strip() else ""


def _clean(html: str) -> str:
    ours = _TAG.sub(lambda tag: f"<{tag[1]}{_OUR_TAG.get(tag[2].lower(), 'p')}>", html)
    cleaned = nh3.clean(
        ours,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener",
        clean_content_tags=UNSEEN,
    )
    return _EMPTY.sub("", cleaned)


def as_typed(body: str) -> str:
    """A clean body for who types no HTML: plain paragraphs, where it has nothing but those."""
    plain = _BREAK.sub("\n", _BETWEEN.sub("\n\n", body.strip()))
    plain = unescape(plain.removeprefix("<p>").removesuffix("</p>"))
    return plain if clean_body(plain) == body else body


def one_way(text: str) -> str:
    """`text` without what can't be stored and what would turn the words after it around."""
    return _TURNING.sub("", text.replace("\0", ""))


def allowed() -> dict[str, object]:
    """What clean_body() lets through, for the scripts that show and clean one."""
    return {
        "tags": sorted(_TAGS),
        "unseen": sorted(UNSEEN),
        "attributes": {tag: sorted(names) for tag, names in _ATTRIBUTES.items()},
        "schemes": sorted(_SCHEMES),
    }


def slug_of(title: str, longest: int = 100) -> str:
    """An ASCII slug; Cyrillic letters are transliterated, since addresses get typed and mailed."""
    latin = "".join(_LATIN.get(letter, letter) for letter in title.lower())
    return slugify(latin)[:longest].strip("-") or "article"


def writable(text: str) -> str:
    """`text` without the characters that no XML document can hold."""
    return _UNWRITABLE.sub("", text)
