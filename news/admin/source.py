from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from news.models import Source

from .long_list import LongList
from .shown import ShownAdmin


@admin.register(Source)
class SourceAdmin(LongList, ShownAdmin):
    sortable_by = None  # there are few enough
    list_display = ["name_en", "name_ru", "rights_holder", "licence", "feeds"]
    search_fields = ["name_en", "name_ru", "rights_holder"]
    prepopulated_fields = {"slug": ["name_en"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return super().get_queryset(request).prefetch_related("incoming_feeds")

    def found(self, rows: QuerySet[Source], typed: str) -> QuerySet[Source]:
        columns = ("name_en", "name_ru", "rights_holder")
        return rows.filter(Q.create([(f"{name}__icontains", typed) for name in columns], Q.OR))

    @admin.display(description=_("feeds"))
    def feeds(self, source: Source) -> str:
        """How many are read, and how many of them fare badly."""
        feeds: list[Any] = [feed for feed in source.incoming_feeds.all() if feed.is_on]
        ill = sum(bool(feed.failures) for feed in feeds)
        context = {"source": source, "feeds": len(feeds), "ill": ill}
        return render_to_string("admin/news/source/_feeds.html", context)
