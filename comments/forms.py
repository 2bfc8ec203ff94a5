"""What readers may type about comments."""

from typing import Any, Self
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.http import QueryDict
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from comments import spam
from comments.drafts import Place, Text
from comments.models import HIGHEST_SEQ, Comment, CommentReport, NotificationPreferences

LONGEST_COMMENT = 10_000
_LANGUAGES = [
    (code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES
]


# While they type, the draft is saved; posting the form ends that.
_AUTOSAVED = {
    "data-hx-trigger": "input changed delay:2s",
    "data-hx-vals": '{"do": "draft"}',
    "data-hx-target": "next .comment-form__saved",
    "data-hx-swap": "innerHTML",
    "data-hx-sync": "closest form:drop",
}


class CommentForm(forms.Form):
    body = forms.CharField(
        label=_("Your comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("*emphasis*, **strong**, > quote, [link](https://…)"),
        error_messages={"required": _("Write something first.")},
    )
    language = forms.ChoiceField(
        label=_("Its language"),
        choices=[("", _("find out")), *_LANGUAGES],
        required=False,
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    # Nobody sees it, so only a robot fills it in.
    homepage = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    @classmethod
    def at(cls, place: Place, data: QueryDict | None = None, text: Text | None = None) -> Self:
        """The form at a place: with what was sent, or with `text` to begin with."""
        text = text or Text()
        initial = {
            "body": text.body,
            "language": text.language,
            "submission_key": text.submission_key or uuid4(),
            "shown": text.shown or spam.stamp(),
        }
        number = place.parent.seq if place.parent else 0
        form = cls(data, initial=initial, auto_id=f"id_{number}_%s")
        form.fields["body"].widget.attrs |= {"data-hx-post": place.url, **_AUTOSAVED}
        return form

    @property
    def text(self) -> Text:
        """Of a valid form."""
        sent = self.cleaned_data
        return Text(sent["body"], sent["language"], sent.get("submission_key"), sent["shown"])

    def submission(
        self, author: AbstractUser, place: Place, edited: Comment | None = None
    ) -> spam.Submission:
        """Of a valid form, for whoever judges it."""
        return spam.Submission(
            author,
            place.article,
            self.cleaned_data["body"],
            place.parent,
            edited,
            seconds=spam.seconds_since(self.cleaned_data["shown"]),
            is_trap_filled=bool(self.cleaned_data["homepage"]),
        )

    @property
    def typed(self) -> Text:
        """What was typed, valid or not."""
        body = str(self.data.get("body", "")).replace("\0", "")
        self.is_valid()
        rest = self.cleaned_data
        return Text(
            body,
            rest.get("language") or "",
            rest.get("submission_key"),
            rest.get("shown") or "",
        )


class EditForm(CommentForm):
    submission_key = None  # type: ignore[assignment]  # saving twice is the same as once

    @classmethod
    def of(cls, comment: Comment, data: QueryDict | None = None) -> Self:
        initial = {
            "body": comment.body,
            "language": comment.language,
            "shown": spam.stamp(),
        }
        return cls(data, initial=initial, auto_id=f"id_{comment.seq}_edit_%s")


class ReportForm(forms.ModelForm):
    class Meta:
        model = CommentReport
        fields = ["reason", "note"]
        labels = {"reason": _("What is wrong with it?"), "note": _("Anything to add?")}
        widgets = {"reason": forms.RadioSelect, "note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = CommentReport.Reason.choices  # type: ignore[attr-defined]


class SwitchForm(forms.Form):
    """A button that says on or off."""

    value = forms.ChoiceField(choices=[("1", "on"), ("0", "off")])


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


class NotificationPreferencesForm(forms.ModelForm):
    """Of what a reader wants to hear by mail. `comments.preferences.choose` saves it."""

    class Meta:
        model = NotificationPreferences
        fields = ["reply", "mention", "follow", "hour"]
        widgets = {
            "reply": forms.RadioSelect,
            "mention": forms.RadioSelect,
            "follow": forms.RadioSelect,
        }
