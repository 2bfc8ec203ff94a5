"""What search engines are told: every public page (sitemaps.org), and what is news just now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import F, Max, QuerySet
from django.db.models.functions import Greatest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from news.addresses import absolute
from news.body import writable
from news.models import Article, ArticleText, Entity, Rubric, Source

# Articles in one sitemap: far below the 50,000 addresses and 50 MB allowed, and soon written.
PER_SECTION = 2_000
MOST_LISTS = 10_000
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
    numbers = (
        Article.objects.published()
        .values(number=F("pk") / PER_SECTION)
        .annotate(changed_at=Max("updated_at"))
        .order_by("number")
    )
    sections = [
        {
            "url": absolute(reverse("sitemap_articles", args=[section["number"]])),
            "changed_at": _written(section["changed_at"]),
        }
        for section in numbers
    ]
    return _xml(request, "index.xml", {"sections": sections})


@require_safe
def articles(request: HttpRequest, number: int) -> HttpResponse:
    """One section: every text of every published article in it."""
    first = number * PER_SECTION
    if first > 2**63 - 1 - PER_SECTION:
        raise Http404
    texts = _texts().filter(article__gte=first, article__lt=first + PER_SECTION)
    pages = _pages(texts.order_by("article", "language"))
    if not pages:
        raise Http404
    return _xml(request, "pages.xml", {"pages": pages})


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """The pages that list articles, in each language."""
    pages = [
        Page(url=url, language=language, alternates=addresses)
        for addresses in _addresses_of_lists()
        for language, url in addresses.items()
    ]
    return _xml(request, "pages.xml", {"pages": pages})


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
    return _xml(request, "news.xml", {"pages": pages, "publication": writable(settings.SITE_NAME)})


def _texts() -> QuerySet[ArticleText]:
    return (
        ArticleText.objects.filter(article__in=Article.objects.published())
        .annotate(changed_at=Greatest("updated_at", "article__updated_at"))
        .select_related("article")
        .defer("lead", "body")
    )


def _pages(texts: Iterable[ArticleText]) -> list[Page]:
    """A page for each of `texts`, with those of the same article as its alternates."""
    texts = list(texts)
    addresses = _addresses_of(texts)
    return [
        Page(
            url=addresses[text.article_id][text.language],
            language=text.language,
            title=writable(text.title),
            changed_at=_written(text.changed_at),  # type: ignore[attr-defined]
            published_at=_written(text.article.published_at),
            alternates=addresses[text.article_id],
        )
        for text in texts
    ]


def _addresses_of(texts: list[ArticleText]) -> dict[int, dict[str, str]]:
    """{article: {language: address}}; there are thousands, so each language is activated once."""
    addresses: dict[int, dict[str, str]] = defaultdict(dict)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for text in texts:
                if text.language == language:
                    path = reverse("news:article", args=[text.article_id, text.slug])
                    addresses[text.article_id][language] = settings.SITE_URL + path
    return addresses


def _written(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else ""


def _xml(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    response = render(
        request, f"news/sitemaps/{template}", context, "application/xml; charset=utf-8"
    )
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, public=True, no_cache=True)
    return response
