"""What pages of every app show of the news."""

from datetime import date, datetime, timedelta
from itertools import groupby

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils import timezone
from django.utils.translation import get_language, get_language_info

from news import navigation
from news.day import day_of
from news.models import Article, Entity, Image
from news.models.image import Shown

register = template.Library()
register.simple_tag(navigation.rubrics)
register.simple_tag(navigation.most_read)


@register.filter
def by_kind(entities: list[Entity]) -> list[tuple[str, list[Entity]]]:
    """[(label of the kind, entities)], in the order of Entity.Kind."""
    order = Entity.Kind.values
    entities = sorted(entities, key=lambda entity: (order.index(entity.kind), entity.name))
    return [
        (str(Entity.Kind(kind).label), list(group))
        for kind, group in groupby(entities, key=lambda entity: entity.kind)
    ]


@register.simple_tag(takes_context=True)
def other_languages(context: template.Context) -> list[dict[str, str]]:
    """This page's address in the other languages: code, the language's own name, URL.

    A page whose address is worded otherwise in them says so in `addresses`.
    """
    request = context.get("request")
    if request is None:
        return []
    own = context.get("addresses") or {}
    return [
        {
            "code": code,
            "name": get_language_info(code)["name_local"],
            "url": own.get(code) or translate_url(request.get_full_path(), code),
        }
        for code, _name in settings.LANGUAGES
        if code != get_language()
    ]


@register.filter
def site_day(moment: datetime) -> date:
    """The day of the site's calendar, whatever the reader's time zone."""
    return day_of(moment)


@register.filter
def in_crop(image: Image, crop: str) -> Shown:
    return image.shown(crop)


@register.filter
def language_name(code: str) -> str:
    """The language's name in itself: Русский, English."""
    return str(get_language_info(code)["name_local"])


@register.filter
def is_old(article: Article) -> bool:
    """Over a year: readers are told, since old news travels as new."""
    return article.published_at is not None and article.published_at < timezone.now() - timedelta(
        days=365
    )
