from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class StateFilter(admin.SimpleListFilter):
    """Shows what waits for somebody unless something else is asked for."""

    title = _("state")
    parameter_name = "state"
    first: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*model_admin.model.State.choices, ("all", _("All"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for state, label in self.lookup_choices:
            yield {
                "selected": state == (self.value() or self.first),
                "query_string": changelist.get_query_string({self.parameter_name: state}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        state = self.value() or self.first
        return queryset if state == "all" else queryset.filter(state=state)
