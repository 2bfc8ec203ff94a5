from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest

from news.models import Entity, Mention


class NamedSelect(AutocompleteSelect):
    """Asks the database for the name of what is chosen only where it isn't `known`."""

    known: Entity | None = None

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> list[Any]:
        if self.known is None or list(value) != [str(self.known.pk)]:
            return super().optgroups(name, value, attr)
        option = self.create_option(name, self.known.pk, str(self.known), True, 0)
        return [(None, [option], 0)]


class MentionFormSet(BaseInlineFormSet):
    """Shows any number of mentions for the same number of queries."""

    def add_fields(self, form: ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk:
            form.fields["entity"].widget.widget.known = form.instance.entity


class MentionInline(admin.TabularInline):
    model = Mention
    formset = MentionFormSet
    extra = 0
    autocomplete_fields = ["entity"]
    fields = ["entity", "state", "sentence"]
    readonly_fields = ["sentence"]  # where the finder found it

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mention]:
        return super().get_queryset(request).select_related("entity")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "entity":
            kwargs["widget"] = NamedSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
