"""What a page's head tells machines."""

from django import template
from django.utils.safestring import SafeString

from news import structured_data as data
from news.addresses import text_url
from news.feed_formats import FORMATS
from news.feeds import Subject, feed_title, feed_url
from news.models import Article, ArticleText

register = template.Library()
register.filter(text_url)

_TERRITORIES = {"en": "en_US", "ru": "ru_RU"}


@register.simple_tag
def structured_data(article: Article, text: ArticleText) -> SafeString:
    return SafeString("\n".join(data.as_script(thing) for thing in data.describe(article, text)))


@register.inclusion_tag("news/_feeds.html")
def feeds(subject: Subject = None) -> dict[str, object]:
    """For the head: how feed readers find the feeds of this page; None for those of everything."""
    addresses = [(FORMATS[ending].content_type, feed_url(subject, ending)) for ending in FORMATS]
    return {
        "title": feed_title(subject),
        "feeds": [(content_type.partition(";")[0], url) for content_type, url in addresses],
    }


@register.inclusion_tag("news/_feed_link.html")
def feed_link(subject: Subject = None) -> dict[str, object]:
    """For the page: the same, for people."""
    return {"url": feed_url(subject, "rss"), "title": feed_title(subject)}


@register.filter
def open_graph_locale(language: str) -> str:
    """language_TERRITORY, as ogp.me wants it."""
    return _TERRITORIES.get(language, language)
