"""What feeds say: the newest of everything, of a rubric, a source, an entity, or of responses."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from html import escape
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.syndication.views import Feed
from django.db.models import OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce, Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from news.addresses import absolute
from news.body import writable
from news.feed_entries import Entry, announced_at, entries_of
from news.feed_formats import FORMATS
from news.models import Article, ArticleQuerySet, Correction, Entity, Rubric, Source

LONGEST = 50
RETRACTIONS_STAY = timedelta(days=14)
# A reader must get entries anew when we write them otherwise: then this goes up.
_EDITION = "1"


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
        response = NewsFeed(ending, subject, entries_of(listed))(request)
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
    return sorted(listed, key=announced_at, reverse=True)


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
