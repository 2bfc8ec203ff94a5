"""What search engines are told: every public page (sitemaps.org), and what is news just now."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Greatest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from news.addresses import absolute
from news.body import writable
from news.models import Article, ArticleText, Entity, Rubric, Source
from news.models.article import SITEMAP_SECTION

MOST_LISTS = 8_000  # of each kind, in two languages: 50,000 addresses are allowed in a sitemap
# As news sitemaps are read: two days and a thousand entries, then they are refused.
NEWS_FOR = timedelta(hours=48)
MOST_NEWS = 1_000


@dataclass(frozen=True)
class Page:
    """One address, and the same page in each language that has it (itself among them)."""

    url: str
    language: str
    title: str = ""
    changed_at: str = ""
    published_at: str = ""
    alternates: Mapping[str, str] = field(default_factory=dict)

    @property
    def links(self) -> list[tuple[str, str]]:
        """(language, address) of its alternates; none where it is alone."""
        return list(self.alternates.items()) if len(self.alternates) > 1 else []


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The sitemaps: sections of articles by their numbers, so that none shifts another."""
    before, after = escape(absolute(reverse("sitemap_articles", args=[0]))).rsplit("0", 1)
    # There are hundreds: written without the template they cost a tenth.
    lines = [
        f"<sitemap><loc>{before}{number}{after}</loc><lastmod>{changed_at}</lastmod></sitemap>"
        for number, changed_at in _sections()
    ]
    return xml(request, "index.xml", {"sections": mark_safe("\n".join(lines))})  # noqa: S308


def _sections() -> Iterable[tuple[int, str]]:
    """(number, when an article in it last changed) of each section that has any.

    An index holds them in this order, and only the first entry of each section is read. They come
    in one row, their dates written: hundreds of rows take Python longer than PostgreSQL.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE section AS (
                (SELECT id / %(size)s AS number, updated_at FROM news_article
                 WHERE state = 'published' ORDER BY id / %(size)s, updated_at DESC LIMIT 1)
                UNION ALL
                SELECT next.number, next.updated_at FROM section, LATERAL (
                    SELECT id / %(size)s AS number, updated_at FROM news_article
                    WHERE state = 'published' AND id / %(size)s > section.number
                    ORDER BY id / %(size)s, updated_at DESC LIMIT 1
                ) AS next
            )
            SELECT array_agg(number), array_agg(
                to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
            FROM section
            """,
            {"size": SITEMAP_SECTION},
        )
        numbers, dates = cursor.fetchone()
        return zip(numbers or [], dates or [], strict=True)


@require_safe
def articles(request: HttpRequest, number: int) -> HttpResponse:
    """One section: every text of every published article in it."""
    first = number * SITEMAP_SECTION
    if first > 2**63 - 1 - SITEMAP_SECTION:
        raise Http404
    texts = _texts().filter(article__gte=first, article__lt=first + SITEMAP_SECTION)
    pages = _pages(texts.order_by("article", "language"))
    if not pages:
        raise Http404
    return xml(request, "pages.xml", {"pages": pages})


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """The pages that list articles, in each language."""
    pages = [
        Page(url=url, language=language, alternates=addresses)
        for addresses in _addresses_of_lists()
        for language, url in addresses.items()
    ]
    return xml(request, "pages.xml", {"pages": pages})


def _addresses_of_lists() -> Iterable[dict[str, str]]:
    """{language: address} of each list."""
    routes: list[tuple[str, list[str]]] = [("news:front_page", []), ("news:archive", [])]
    for model in (Rubric, Source, Entity):
        slugs = model._default_manager.order_by("pk").values_list("slug", flat=True)[:MOST_LISTS]
        routes += [(f"news:{model._meta.model_name}", [slug]) for slug in slugs]
    by_language = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            by_language[language] = [absolute(reverse(name, args=args)) for name, args in routes]
    for addresses in zip(*by_language.values(), strict=True):
        yield dict(zip(by_language, addresses, strict=True))


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """Texts published in the last two days, the newest first; unchecked translations left out."""
    now = timezone.now()
    recent = (
        _texts()
        .exclude(origin=ArticleText.Origin.MACHINE, is_checked=False)
        .filter(article__published_at__gt=now - NEWS_FOR, article__published_at__lte=now)
    )
    newest = recent.order_by("-article__published_at", "-article", "language")
    pages = _pages(newest[: MOST_NEWS + len(settings.LANGUAGES)])[:MOST_NEWS]
    return xml(request, "news.xml", {"pages": pages, "publication": writable(settings.SITE_NAME)})


def _texts() -> QuerySet[ArticleText]:
    return ArticleText.objects.filter(article__in=Article.objects.published()).annotate(
        changed_at=Greatest("updated_at", "article__updated_at")
    )


def _pages(texts: QuerySet[ArticleText]) -> list[Page]:
    """A page for each of `texts`, with those of the same article as its alternates."""
    columns = ("article", "language", "slug", "title", "changed_at", "article__published_at")
    rows = list(texts.values_list(*columns))
    addresses: dict[int, dict[str, str]] = defaultdict(dict)
    written = {language: _addresses_in(language) for language, _name in settings.LANGUAGES}
    for article, language, slug, *_rest in rows:
        addresses[article][language] = written[language](article, slug)
    return [
        Page(
            url=addresses[article][language],
            language=language,
            title=writable(title),
            changed_at=_written(changed_at),
            published_at=_written(published_at),
            alternates=addresses[article],
        )
        for article, language, _slug, title, changed_at, published_at in rows
    ]


def _addresses_in(language: str) -> Callable[[int, str], str]:
    """(article, slug) -> address; asks the URL patterns once instead of thousands of times."""
    with translation.override(language):
        before, after = absolute(reverse("news:article", args=[0, "slug"])).split("0-slug")
    return lambda article, slug: f"{before}{article}-{slug}{after}"


def _written(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else ""


def xml(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """The answer that holds a sitemap, for other apps' pages, too."""
    response = render(
        request, f"news/sitemaps/{template}", context, "application/xml; charset=utf-8"
    )
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, public=True, no_cache=True)
    return response
