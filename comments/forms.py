from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

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
