from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from news.models import Rubric

from .shown import ShownAdmin


class PositionForm(forms.ModelForm):
    """A line of the list: its number says whose it is, to those who only hear it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Position of “%(rubric)s”") % {"rubric": self.instance.name}
        self.fields["position"].widget.attrs["aria-label"] = label


@admin.register(Rubric)
class RubricAdmin(ShownAdmin):
    list_display = ["name_en", "name_ru", "slug", "position"]
    list_editable = ["position"]
    prepopulated_fields = {"slug": ["name_en"]}

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[forms.ModelForm]:
        return super().get_changelist_form(request, **{"form": PositionForm} | kwargs)
