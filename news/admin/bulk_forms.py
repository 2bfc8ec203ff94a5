"""What can be chosen for many articles at once; each form makes the act it describes."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from news.bulk_acts import (
    LABELS,
    Act,
    MentionChange,
    RightsChange,
    RubricChange,
    StateChange,
)
from news.entity_field import EntityField
from news.models import Article, BulkChange, Entity, Image, Rubric, Source
from news.transitions import TRANSITIONS


class BulkForm(forms.Form):
    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def act(self) -> Act:
        raise NotImplementedError


class StateForm(BulkForm):
    transition = forms.ChoiceField(label=gettext_lazy("What is to be done"), choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["transition"].choices = [  # type: ignore[attr-defined]
            (name, words)
            for name, words in LABELS.items()
            if TRANSITIONS[name].is_open_to(self.user)
        ]

    def act(self) -> Act:
        return StateChange(self.cleaned_data["transition"])


class RubricForm(BulkForm):
    rubric = forms.ModelChoiceField(Rubric.objects.all(), label=gettext_lazy("Rubric"))

    def act(self) -> Act:
        return RubricChange(self.cleaned_data["rubric"])


class MentionForm(BulkForm):
    entity = EntityField(label=gettext_lazy("What is mentioned"))
    adds = forms.TypedChoiceField(
        label=gettext_lazy("What is to be done"),
        choices=[
            ("yes", gettext_lazy("Add it as a mention")),
            ("no", gettext_lazy("Remove it from the mentions")),
        ],
        coerce=lambda value: value == "yes",
    )

    def clean_entity(self) -> Entity:
        called = self.cleaned_data["entity"]
        if len(called) > 1:
            slugs = ", ".join(entity.slug for entity in called)
            raise forms.ValidationError(
                _("Several are called so. Type which: %(slugs)s.") % {"slugs": slugs}
            )
        entity: Entity = called[0]
        return entity

    def act(self) -> Act:
        return MentionChange(self.cleaned_data["entity"], self.cleaned_data["adds"])


_OF_ARTICLE = ("source", "rights_holder", "licence", "licence_url")


class RightsForm(BulkForm):
    """What is left empty stays as it is."""

    source = forms.ModelChoiceField(
        Source.objects.all(), required=False, label=gettext_lazy("Source")
    )
    rights_holder = Article._meta.get_field("rights_holder").formfield()
    licence = Article._meta.get_field("licence").formfield()
    licence_url = Article._meta.get_field("licence_url").formfield(assume_scheme="https")
    credit = Image._meta.get_field("credit").formfield(
        label=gettext_lazy("Credit of the picture"),
        help_text=gettext_lazy("Wherever else that picture stands, too."),
    )

    def clean(self) -> dict[str, Any]:
        if not self.errors and not any(self.cleaned_data.values()):
            raise forms.ValidationError(_("Fill in what is to be changed."))
        return self.cleaned_data

    def act(self) -> Act:
        said = [
            f"{self.fields[name].label}: {value}"
            for name, value in self.cleaned_data.items()
            if value
        ]
        values = {name: self.cleaned_data[name] for name in _OF_ARTICLE if self.cleaned_data[name]}
        if source := values.pop("source", None):
            values["source_id"] = source.pk
        return RightsChange(values, self.cleaned_data["credit"], "; ".join(said))


FORMS: dict[str, type[BulkForm]] = {
    BulkChange.Kind.STATE: StateForm,
    BulkChange.Kind.RUBRIC: RubricForm,
    BulkChange.Kind.MENTION: MentionForm,
    BulkChange.Kind.RIGHTS: RightsForm,
}
