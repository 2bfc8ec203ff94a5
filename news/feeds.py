"""What feeds say: the newest of everything, of a rubric, a source, an entity, or of responses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.syndication.views import Feed
from django.db.models import OuterRef, QuerySet, Subquery, TextField, prefetch_related_objects
from django.db.models.functions import Cast, Coalesce, Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from news.addresses import absolute
from news.body import writable
from news.feed_formats import FORMATS
from news.models import (
    Article,
    ArticleQuerySet,
    ArticleText,
    Correction,
    Entity,
    Image,
    Rubric,
    Source,
)

LONGEST = 50
RETRACTIONS_STAY = timedelta(days=14)
# A reader must get entries anew when we write them otherwise: then this goes up.
_EDITION = "1"
_HREF = re.compile(r'(<a [^>]*?href=")([^"]*)"')


@require_safe
def everything(request: HttpRequest, ending: str) -> HttpResponse:
    return _answer(request, ending, None, Article.objects.all())


@require_safe
def rubric(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    rubric = get_object_or_404(Rubric, slug=slug)
    return _answer(request, ending, rubric, Article.objects.filter(rubric=rubric))


@require_safe
def source(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    source = get_object_or_404(Source, slug=slug)
    return _answer(request, ending, source, Article.objects.filter(source=source))


@require_safe
def entity(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    entity = get_object_or_404(Entity, slug=slug)
    return _answer(request, ending, entity, entity.mentioning_articles())


@require_safe
def responses(request: HttpRequest, pk: int, slug: str, ending: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.published().in_language(), pk=pk)
    return _answer(request, ending, article, Article.objects.filter(response_to=article))


@require_safe
def responses_by(request: HttpRequest, username: str, ending: str) -> HttpResponse:
    reader = get_object_or_404(get_user_model(), username__iexact=username, is_active=True)
    return _answer(request, ending, reader, Article.objects.responses_by(reader))


# An article stands for what readers respond to it, a reader for what they respond to articles.
Responses = Article | AbstractUser
Subject = Rubric | Source | Entity | Responses | None


def feed_url(subject: Subject, ending: str) -> str:
    """The address of a feed; `subject` is None for that of everything."""
    return page_url(subject) + f"feed.{ending}"


def page_url(subject: Subject) -> str:
    """Of the page that lists the same."""
    match subject:
        case None:
            return reverse("news:front_page")
        case Article():
            return reverse("news:responses", args=[subject.pk, subject.slug])
        case AbstractUser():
            return reverse("news:responses_by", args=[subject.get_username()])
    return subject.get_absolute_url()


def feed_title(subject: Subject) -> str:
    return f"{_name(subject)} — {settings.SITE_NAME}" if subject else settings.SITE_NAME


def _name(subject: Subject) -> str:
    match subject:
        case None:
            return ""
        case Article():
            return _("Readers respond: %(title)s") % {"title": subject.title}
        case AbstractUser():
            return _("Responses by %(name)s") % {"name": subject.get_username()}
    return subject.name


def _answer(
    request: HttpRequest, ending: str, subject: Subject, articles: QuerySet[Article]
) -> HttpResponse:
    """One query tells whether the reader has it already; only then the bodies are fetched."""
    listed = _listed(articles)
    etag, changed_at = _validators(ending, subject, listed)
    response = get_conditional_response(request, etag, changed_at)
    if response is None:
        response = NewsFeed(ending, subject, _entries(listed))(request)
    response["ETag"] = etag
    if changed_at:
        response["Last-Modified"] = http_date(changed_at)
    if settings.WEBSUB_HUB and not isinstance(subject, Responses):
        topic = absolute(feed_url(subject, ending))
        response["Link"] = f'<{settings.WEBSUB_HUB}>; rel="hub", <{topic}>; rel="self"'
    patch_cache_control(response, public=True, no_cache=True)
    return response


def _listed(articles: Any) -> list[Any]:
    """The newest, and those taken back lately; without their bodies, in one query."""
    since = timezone.now() - RETRACTIONS_STAY
    published: ArticleQuerySet = articles.published().newest_first().values("pk")[:LONGEST]
    retracted = articles.retracted_since(since).order_by("-updated_at").values("pk")[:LONGEST]
    notes = (
        Correction.objects.filter(article=OuterRef("pk"))
        .order_by("pk")
        .annotate(
            mark=Concat(
                "kind",
                "note_en",
                "note_ru",
                Cast("corrected_at", TextField()),
                output_field=TextField(),
            )
        )
    )
    listed = (
        Article.objects.filter(pk__in=published.union(retracted))
        .for_cards()
        .select_related("author")
        .annotate(
            text_id=Coalesce("own_text__pk", "original_text__pk"),
            text_updated_at=Coalesce("own_text__updated_at", "original_text__updated_at"),
            fingerprint=Coalesce("own_text__fingerprint", "original_text__fingerprint"),
            corrected_at=Subquery(notes.order_by("-corrected_at").values("corrected_at")[:1]),
            corrections_marks=ArraySubquery(notes.values("mark")),
        )
    )
    return sorted(listed, key=_announced_at, reverse=True)


def _announced_at(article: Article) -> datetime:
    """When readers were to hear of it: the news itself, or that it has been taken back."""
    retracted = article.state == Article.State.RETRACTED
    moment = article.updated_at if retracted else article.published_at
    assert moment
    return moment


def _validators(ending: str, subject: Subject, listed: list[Any]) -> tuple[str, int | None]:
    """ETag and Last-Modified of what is listed: they change with every word of it."""
    marks: list[object] = [_EDITION, ending, get_language(), settings.SITE_URL]
    marks += [settings.WEBSUB_HUB, feed_title(subject)]
    for article in listed:
        marks += [article.pk, article.state, article.updated_at, article.fingerprint]
        marks += [article.slug, article.byline, article.rubric.name, article.corrections_marks]
        if image := article.image:
            marks += [image.shown().url, image.alt, image.credit]
    moments = [
        moment
        for article in listed
        for moment in (article.updated_at, article.text_updated_at, article.corrected_at)
        if moment
    ]
    etag = quote_etag(sha256(repr(marks).encode()).hexdigest()[:32])
    return etag, int(max(moments).timestamp()) if moments else None


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


def _entries(listed: list[Any]) -> list[Entry]:
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
        published_at=_announced_at(article),
        updated_at=article.modified_at,
        author=writable(article.byline),
        categories=[writable(article.rubric.name)],
        rights=writable(f"© {article.rights_holder}. {article.licence}"),
        licence_url=writable(article.licence_url),
        source_url=writable(article.source_url),
        picture=None if retracted else _picture(article.image),
    )


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


class NewsFeed(Feed):
    """Django's feed of our entries; made anew for each request."""

    item_guid_is_permalink = False

    def __init__(self, ending: str, subject: Subject, entries: Sequence[Entry]) -> None:
        self.feed_type = FORMATS[ending]
        self.entries = entries
        self.title = writable(feed_title(subject))
        self.author_name = writable(settings.SITE_NAME)
        self.description = self.subtitle = writable(_describe(subject))
        self.link = absolute(page_url(subject))
        self.feed_url = self.feed_guid = absolute(feed_url(subject, ending))

    def items(self) -> Sequence[Entry]:
        return self.entries

    def item_title(self, item: Entry) -> str:
        return item.title

    def item_description(self, item: Entry) -> str:
        return escape(item.summary, quote=False)  # HTML in RSS and Atom

    def item_link(self, item: Entry) -> str:
        return item.url

    def item_guid(self, item: Entry) -> str:
        return item.id

    def item_pubdate(self, item: Entry) -> datetime:
        return item.published_at

    def item_updateddate(self, item: Entry) -> datetime:
        return item.updated_at

    def item_author_name(self, item: Entry) -> str:
        return item.author

    def item_categories(self, item: Entry) -> list[str]:
        return item.categories

    def item_copyright(self, item: Entry) -> str:
        return item.rights

    def item_extra_kwargs(self, item: Entry) -> dict[str, Any]:
        return {"entry": item}


def _describe(subject: Subject) -> str:
    names = {"site_name": settings.SITE_NAME, "name": _name(subject)}
    if isinstance(subject, Responses):
        return _name(subject)
    if subject is None:
        return _("%(site_name)s: the newest articles") % names
    return _("%(site_name)s: the newest articles on “%(name)s”") % names
