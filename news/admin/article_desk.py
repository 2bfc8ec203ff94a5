from collections.abc import Callable

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from news.models import Article


class ArticleDesk(admin.ModelAdmin):
    """What the pages around an article's form share."""

    def article_at(
        self, request: HttpRequest, number: str | int, *, may: Callable[..., bool]
    ) -> Article:
        """The one that the address names, for whoever `may` do with it what the page is for.

        Raises PermissionDenied and Http404.
        """
        if not may(request):
            raise PermissionDenied
        article: Article | None = self.get_object(request, str(number))
        if article is None:
            raise Http404
        if not may(request, article):
            raise PermissionDenied
        return article
