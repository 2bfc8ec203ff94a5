"""Lists at the desk that may be long: nothing is counted, and words are looked for in an index."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import EmptyPage, InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

# Each page is reached by way of those before it: further on, a filter or a word is the way.
_MOST_PAGES = 1_000


class UncountedPaginator(Paginator):
    """Asks for a page and one row more, which says whether there are others."""

    num_pages = _MOST_PAGES

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page + 1])
        if not rows and number > 1:
            raise EmptyPage
        self.num_pages = number + (len(rows) > self.per_page)
        return Page(rows[: self.per_page], number, self)


class LongChangeList(ChangeList):
    """Knows its page, and the one before and after it."""

    is_uncounted = True

    def get_results(self, request: HttpRequest) -> None:
        paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        try:
            page = paginator.page(self.page_num)
        except InvalidPage:
            raise IncorrectLookupParameters from None
        self.paginator = paginator
        self.result_list: Any = page.object_list
        # As many as are seen: then nothing is said of others, nor offered to be done to them.
        self.result_count = self.full_result_count = len(page.object_list)
        self.show_full_result_count, self.show_admin_actions = False, True
        self.can_show_all, self.multi_page = False, page.has_other_pages()
        if page.has_previous():
            self.previous_query = self.get_query_string({PAGE_VAR: self.page_num - 1})
        if page.has_next():
            self.next_query = self.get_query_string({PAGE_VAR: self.page_num + 1})


class LongList(admin.ModelAdmin):
    """`found()` says what a search finds; `search_fields` only let Django offer it.

    A list without them has no search, and shows all whatever its address says.
    """

    paginator = UncountedPaginator
    list_per_page = 50
    # Whatever it is not ordered by already would sort all of it.
    sortable_by: ClassVar[Any] = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LongChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        typed = search_term.strip()
        return (self.found(queryset, typed) if typed else queryset), False

    def found(self, rows: QuerySet[Any], typed: str) -> QuerySet[Any]:
        return rows
