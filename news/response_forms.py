"""What a reader fills in to respond to an article."""

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from news.body import as_typed, clean_body
from news.models import Article, ArticleText
from news.responses import Words

LONGEST_BODY = 60_000
_WANTED = ("title", "lead", "body", "consent")


class ResponseForm(forms.Form):
    """A draft may lack anything; what is sent in (`do` says nothing else) may not."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[
            (Article.ResponseKind.REPLY, _("A reply: I see it otherwise")),
            (Article.ResponseKind.ADDITION, _("An addition: there is more to say")),
        ],
        initial=Article.ResponseKind.REPLY,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    title = forms.CharField(label=_("Headline"), max_length=250)
    lead = forms.CharField(
        label=_("Lead"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What it says, in one or two sentences."),
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("An empty line starts a new paragraph. Simple HTML works, too."),
    )
    consent = forms.BooleanField(
        label=_(
            "I wrote this myself, and agree that it is published here under my name, corrected"
            " and translated by the editors where need be."
        )
    )
    version = forms.CharField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, own: Article | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _stored(own) if own else {"language": get_language(), "key": uuid4()}
        super().__init__(data, **kwargs)
        self.own = own
        if self.is_bound and "do" in self.data:
            for name in _WANTED:
                self.fields[name].required = False

    @property
    def is_outdated(self) -> bool:
        """Whether another tab of its writer, or an editor, has changed it since it was opened."""
        return self.own is not None and self.data.get("version") != str(self.own.version)

    def take_over(self, version: int) -> None:
        """Whoever has been shown what is stored may write over it."""
        data: Any = self.data
        data = data.copy()
        data["version"] = str(version)
        self.data = data

    def clean_body(self) -> str:
        body = str(self.cleaned_data["body"])
        if body and not clean_body(body):
            raise forms.ValidationError(_("No words are left of this."))
        return body

    def clean(self) -> dict[str, Any]:
        if self.is_outdated:
            self.add_error(
                None,
                _(
                    "It has been changed since you opened this page: what is stored now stands"
                    " below. Send this form again to write yours over it."
                ),
            )
        return self.cleaned_data

    @property
    def words(self) -> Words:
        names = ("kind", "language", "title", "lead", "body", "key")
        typed: dict[str, Any] = {name: self.cleaned_data.get(name) for name in names}
        return Words(**typed)

    def text(self) -> ArticleText:
        """As it would be published, without being stored."""
        words = self.words
        text = ArticleText(
            language=words.language, title=words.title, lead=words.lead, body=words.body
        )
        text.derive()
        return text


def _stored(own: Article) -> dict[str, Any]:
    text = own.original() or ArticleText()
    return {
        "kind": own.response_kind,
        "language": own.original_language,
        "version": own.version,
        "title": text.title,
        "lead": text.lead,
        "body": as_typed(text.body),
    }
