"""What search engines and archives read of an article: schema.org in JSON-LD."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from news.addresses import absolute, text_url
from news.models import Article, ArticleText, Entity

Thing = dict[str, Any]

# A product or a project in schema.org's sense would have to name prices or members.
_TYPES = {
    Entity.Kind.COMPANY: "Organization",
    Entity.Kind.COUNTRY: "Country",
    Entity.Kind.PERSON: "Person",
}
# Nothing in a string may end the script element or begin a comment in it.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def as_script(thing: Thing) -> SafeString:
    """A block of data: browsers don't run it, so the Content-Security-Policy lets it be."""
    written = json.dumps(thing, ensure_ascii=False).translate(_ESCAPES)
    return SafeString(f'<script type="application/ld+json">{written}</script>')


def describe(article: Article, text: ArticleText) -> list[Thing]:
    """An article of `article_page()`, as read in `text`. Asks the database nothing."""
    context = {"@context": "https://schema.org"}
    return [context | _news_article(article, text), context | _breadcrumbs(article, text)]


def _news_article(article: Article, text: ArticleText) -> Thing:
    url = text_url(article, text)
    return _without_gaps(
        {
            "@type": "NewsArticle",
            "@id": url,
            "url": url,
            "mainEntityOfPage": url,
            "headline": text.title,
            "description": text.lead,
            "inLanguage": text.language,
            "articleSection": article.rubric.name,
            "datePublished": _written(article.published_at),
            "dateModified": _written(article.modified_at),
            "isAccessibleForFree": True,
            "image": _image(article),
            "author": _author(article),
            "publisher": _publisher(),
            "mentions": _mentions(article),
            "correction": _corrections(article),
            **_rights(article),
            **_translations(article, text),
        }
    )


def _rights(article: Article) -> Thing:
    licence = {"@type": "CreativeWork", "name": article.licence} if article.licence else None
    return {
        "copyrightHolder": _organization(article.rights_holder),
        "copyrightNotice": article.rights_holder,
        "license": article.licence_url or licence,
        "isBasedOn": article.source_url,
    }


def _translations(article: Article, text: ArticleText) -> Thing:
    """What this text is a translation of; of the original, its translations."""
    original = article.original()
    if original and original.pk != text.pk:
        return {"translationOfWork": _work(article, original)}
    others = [other for other in article.texts.all() if other.pk != text.pk]
    return {"workTranslation": [_work(article, other) for other in others]}


def _work(article: Article, text: ArticleText) -> Thing:
    url = text_url(article, text)
    names = {"headline": text.title, "inLanguage": text.language}
    return {"@type": "NewsArticle", "@id": url, "url": url, **names}


def _image(article: Article) -> Thing | None:
    image = article.image
    if image is None:
        return None
    return _without_gaps(
        {
            "@type": "ImageObject",
            "url": absolute(image.url_for_sharing),
            "caption": image.caption or image.alt,
            "creditText": image.credit,
            "isBasedOn": image.source_url,
        }
    )


def _author(article: Article) -> Thing | None:
    if article.response_to_id and article.author:
        return {"@type": "Person", "name": article.byline}
    return _organization(article.byline, article.source.homepage if article.source else "")


def _organization(name: str, url: str = "") -> Thing | None:
    return _without_gaps({"@type": "Organization", "name": name, "url": url}) if name else None


def _publisher() -> Thing:
    logo = {"@type": "ImageObject", "url": absolute(static("portal/favicon.svg"))}
    names = {"name": settings.SITE_NAME, "url": absolute("/")}
    return {"@type": "Organization", **names, "logo": logo}


def _mentions(article: Article) -> list[Thing]:
    return [
        {
            "@type": _TYPES.get(Entity.Kind(entity.kind), "Thing"),
            "name": entity.name,
            "url": absolute(entity.get_absolute_url()),
        }
        for entity in article.entities
    ]


def _corrections(article: Article) -> list[Thing]:
    return [
        {
            "@type": "CorrectionComment",
            "text": correction.note,
            "datePublished": _written(correction.corrected_at),
        }
        for correction in article.corrections.all()
    ]


def _breadcrumbs(article: Article, text: ArticleText) -> Thing:
    steps = [
        (_("Front page"), absolute(reverse("news:front_page"))),
        (article.rubric.name, absolute(article.rubric.get_absolute_url())),
        (text.title, text_url(article, text)),
    ]
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": url}
        for position, (name, url) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _without_gaps(thing: Thing) -> Thing:
    return {name: value for name, value in thing.items() if value not in (None, "", [])}
