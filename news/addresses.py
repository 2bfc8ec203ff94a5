"""Addresses for machines, which read them elsewhere."""

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from news.models import Article, ArticleText


def absolute(url: str) -> str:
    """With scheme and host, for machines that read the page elsewhere."""
    return urljoin(f"{settings.SITE_URL}/", url)


def text_url(article: Article, text: ArticleText) -> str:
    """Where an article is read in the language of `text`, with scheme and host."""
    with translation.override(text.language):
        return absolute(reverse("news:article", args=[article.pk, text.slug]))
