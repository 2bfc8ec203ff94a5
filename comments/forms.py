from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from comments.models import HIGHEST_SEQ

LONGEST_COMMENT = 10_000


class CommentForm(forms.Form):
    body = forms.CharField(
        label=_("Your comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("*emphasis*, **strong**, > quote, [link](https://…)"),
        error_messages={"required": _("Write something first.")},
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.initial.setdefault("submission_key", uuid4())


class VoteForm(forms.Form):
    """One form serves all comments of a page: the button that is pressed names the comment."""

    up = forms.IntegerField(required=False, min_value=1, max_value=HIGHEST_SEQ)
    down = forms.IntegerField(required=False, min_value=1, max_value=HIGHEST_SEQ)
    none = forms.IntegerField(required=False, min_value=1, max_value=HIGHEST_SEQ)

    seq: int
    value: int

    def clean(self) -> dict[str, Any]:
        pressed = {name: seq for name, seq in self.cleaned_data.items() if seq}
        if len(pressed) != 1:
            raise forms.ValidationError("exactly one button is pressed")
        [(name, self.seq)] = pressed.items()
        self.value = {"up": 1, "down": -1, "none": 0}[name]
        return self.cleaned_data
