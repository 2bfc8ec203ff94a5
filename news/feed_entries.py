"""What a feed says of each article, whatever its format."""

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from news.addresses import absolute
from news.body import writable
from news.models import Article, ArticleText, Image

_HREF = re.compile(r'(<a [^>]*?href=")([^"]*)"')


@dataclass(frozen=True)
class Picture:
    url: str
    width: int
    height: int
    alt: str
    credit: str


@dataclass(frozen=True)
class Entry:
    """An article as every format tells it: plain text but for `content`, which is HTML."""

    id: str
    url: str
    title: str
    language: str
    summary: str
    content: str
    published_at: datetime
    updated_at: datetime
    author: str
    categories: list[str]
    rights: str
    licence_url: str
    source_url: str
    picture: Picture | None


def entries_of(listed: list[Any]) -> list[Entry]:
    """With the bodies and corrections of `listed`: two queries."""
    prefetch_related_objects(listed, "corrections")
    texts = ArticleText.objects.in_bulk([article.text_id for article in listed])
    with timezone.override(None):  # public copies are shared, so in the time zone of the site
        return [_entry(article, texts[article.text_id]) for article in listed]


def _entry(article: Any, text: ArticleText) -> Entry:
    retracted = article.state == Article.State.RETRACTED
    title = _("Retracted: %(title)s") % {"title": text.title} if retracted else text.title
    url = absolute(article.get_absolute_url())
    content = render_to_string("news/feed_entry.html", {"article": article, "text": text})
    assert article.modified_at
    return Entry(
        id=_lasting_id(article, text),
        url=url,
        title=writable(title),
        language=get_language() or "" if retracted else text.language,
        summary=writable(article.retraction if retracted else text.lead),
        content=_with_absolute_links(writable(content), url),
        published_at=announced_at(article),
        updated_at=article.modified_at,
        author=writable(article.byline),
        categories=[writable(article.rubric.name)],
        rights=writable(f"© {article.rights_holder}. {article.licence}"),
        licence_url=writable(article.licence_url),
        source_url=writable(article.source_url),
        picture=None if retracted else _picture(article.image),
    )


def announced_at(article: Article) -> datetime:
    """When readers were to hear of it: the news itself, or that it has been taken back."""
    retracted = article.state == Article.State.RETRACTED
    moment = article.updated_at if retracted else article.published_at
    assert moment
    return moment


def _lasting_id(article: Article, text: ArticleText) -> str:
    """A tag URI (RFC 4151): stays when the headline and with it the address changes.

    A retraction has the id of what it takes back, so that feed readers replace what they kept.
    """
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},{article.created_at:%Y-%m-%d}:articles/{article.pk}/{text.language}"


def _picture(image: Image | None) -> Picture | None:
    if image is None:
        return None
    shown = image.shown()
    return Picture(
        url=absolute(shown.url),
        width=shown.width,
        height=shown.height,
        alt=writable(image.alt),
        credit=writable(image.credit),
    )


def _with_absolute_links(html: str, base: str) -> str:
    """`html`, as our sanitiser writes it, with links that work in a feed reader."""
    return _HREF.sub(lambda link: f'{link[1]}{_absolute_href(link[2], base)}"', html)


def _absolute_href(href: str, base: str) -> str:
    try:
        return escape(urljoin(base, unescape(href)))
    except ValueError:  # "http://[" is let through by every sanitiser
        return escape(base)
