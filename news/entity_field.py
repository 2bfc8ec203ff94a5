"""A field for the name of a company, project, country, person or product."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from news.models import Entity

_SUGGESTIONS = 5


class EntityInput(forms.TextInput):
    """A line to type in; where scripts run, names are offered meanwhile."""

    template_name = "news/_entity_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        offered = {
            "list": "entity-names",
            "autocomplete": "off",
            "data-hx-get": reverse_lazy("news:entity_names"),
            "data-hx-trigger": "input changed delay:150ms",
            "data-hx-target": "#entity-names",
            "data-hx-sync": "this:replace",
        }
        super().__init__({**offered, **(attrs or {})})


class EntityField(forms.CharField):
    """Cleans to all entities that are called so in any language; names needn't be unique."""

    widget = EntityInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=160, **kwargs)

    def clean(self, value: Any) -> list[Entity]:
        name = super().clean(value)
        if not name:
            return []
        if entities := list(Entity.objects.called(name)):
            return entities
        raise ValidationError(_refusal(name))


def _refusal(name: str) -> str:
    alike = [entity.name for entity in Entity.objects.with_name_like(name)[:_SUGGESTIONS]]
    if not alike:
        return _("We know nobody and nothing called “%(name)s”.") % {"name": name}
    return _("We know nothing called just “%(name)s”. Did you mean one of these: %(names)s?") % {
        "name": name,
        "names": ", ".join(alike),
    }
