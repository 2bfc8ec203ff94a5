"""What all desks of things have in common that pages show."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from news import generations


class ShownAdmin(admin.ModelAdmin):
    """For rows that pages show: whatever is done to them here is seen at once."""

    def is_shown(self, obj: Any) -> bool:
        """Whether any page shows it."""
        return True

    def save_related(self, request: HttpRequest, form: Any, *args: Any) -> None:
        super().save_related(request, form, *args)
        if self.is_shown(form.instance):
            generations.bump(generations.NEWS)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        generations.bump(generations.NEWS)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        generations.bump(generations.NEWS)
