from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from news.models import Article


class ArticleDesk(admin.ModelAdmin):
    """What the pages around an article's form share."""

    def article_at(self, request: HttpRequest, number: str | int, *, may: bool) -> Article:
        """The one that the address names, for whoever `may` do there what the page is for.

        Raises PermissionDenied and Http404.
        """
        if not may:
            raise PermissionDenied
        article: Article | None = self.get_object(request, str(number))
        if article is None:
            raise Http404
        return article
