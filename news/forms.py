from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.day import YEARS
from news.models import Article, ArticleText, Image
from news.uploads import take_picture

# Characters of a body: a book of two hundred pages.
LONGEST_BODY = 400_000

# In the data of a form that is to be filled in and not to be saved.
TAKEN_UP = "_taken_up"


class VoteForm(forms.Form):
    """+1, −1, or 0 to take a vote back."""

    value = forms.TypedChoiceField(choices=[(1, "+"), (-1, "−"), (0, "0")], coerce=int)


class _AboutForm:
    """Says something about the form and is no change in itself."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class VersionField(_AboutForm, forms.CharField):
    """Which version of the article the form was filled in from."""


class KeyField(_AboutForm, forms.UUIDField):
    """Which form it is: one that is opened twice has two."""


class ArticleForm(forms.ModelForm):
    """An article as an editor changes it; one that is out keeps what it was let out with.

    Whoever saves gives `version`, what was on the screen when they began, or by a button of its own
    `_overwrite`, what they were shown beside their own words when the first was refused.
    """

    version = VersionField(required=False)
    form_key = KeyField(required=False, initial=uuid4)

    class Meta:
        model = Article
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version
        else:
            del self.fields["version"]

    def is_multipart(self) -> bool:
        """Else each Cyrillic letter is sent as six."""
        return True

    def is_valid(self) -> bool:
        """A working copy that is taken up is shown and not saved (news.admin.working_copies)."""
        return super().is_valid() and TAKEN_UP not in self.data

    @property
    def is_outdated(self) -> bool:
        """Whether somebody else has saved since; what can't be read as a version is none."""
        if not self.is_bound or not self.instance.pk:
            return False
        known = self.data.get("_overwrite") or self.data.get("version")
        return known != str(self.instance.version)

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        if "_overwrite" in self.data and self.instance.is_public and not data.get("published_at"):
            data["published_at"] = self.initial.get("published_at")  # published meanwhile
        self._take_rights_of_source(data)
        if self.is_outdated:
            self.add_error(None, _("Not saved: the article has changed since you opened it."))
        if "_schedule" in self.data and "published_at" in data:
            self._require_time_ahead(data["published_at"])
        if self.instance.must_be_complete:
            for name in ("source", "rights_holder", "licence", "published_at"):
                if name in data and not data[name]:
                    self.add_error(name, _("A published article can’t go without this."))
        return data

    def _take_rights_of_source(self, data: dict[str, Any]) -> None:
        """On what terms a source gives its texts is said once, with the source."""
        if source := data.get("source"):
            data["rights_holder"] = data.get("rights_holder") or source.rights_holder
            if not (data.get("licence") or data.get("licence_url")):
                data["licence"], data["licence_url"] = source.licence, source.licence_url

    def _require_time_ahead(self, moment: datetime | None) -> None:
        if self.instance.state in (Article.State.DRAFT, Article.State.IN_REVIEW) and (
            moment is None or moment <= timezone.now()
        ):
            self.add_error("published_at", _("Scheduling needs a time that lies ahead."))


def likely_year(moment: datetime) -> None:
    """Another one is a slip of the finger, and more than some clocks take."""
    if moment.year not in YEARS:
        years = {"first": YEARS[0], "last": YEARS[-1]}
        raise forms.ValidationError(_("Enter a year from %(first)s to %(last)s.") % years)


class WordsField(forms.CharField):
    """Lines end as they are stored. Browsers end them otherwise, which is no change of a text."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


class ArticleTextForm(forms.ModelForm):
    """A text in one language. Without words it is none, whatever else stands in its column."""

    _WORDS = frozenset(["title", "lead", "dateline", "body", "slug"])

    class Meta:
        model = ArticleText
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._WORDS & self.fields.keys():
            self.fields[name].widget.attrs["lang"] = self.language

    @property
    def language(self) -> str:
        return self.instance.language or self.initial.get("language", "")

    @property
    def language_name(self) -> str:
        return str(dict(settings.LANGUAGES).get(self.language, ""))

    def has_changed(self) -> bool:
        changed = set(self.changed_data)
        return bool(changed if self.instance.pk else changed & self._WORDS)


class ArticleTextFormSet(forms.BaseInlineFormSet):
    """The texts of an article, or some of them: the others stay as they are."""

    def clean(self) -> None:
        super().clean()
        article = self.instance
        shown = [form.instance.pk for form in self.forms if form.instance.pk]
        others = ArticleText.objects.filter(article=article.pk).exclude(pk__in=shown)
        languages = set(others.values_list("language", flat=True))
        for form in self.forms:
            if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE"):
                if form.cleaned_data["language"] in languages:
                    form.add_error(None, _("There is a text in this language already."))
                languages.add(form.cleaned_data["language"])
        if article.must_be_complete and article.original_language not in languages:
            raise forms.ValidationError(
                _("A published article can’t go without its text in the original language.")
            )


class PictureField(forms.ImageField):
    """A file by the rules of news.uploads, with their words instead of Django's for all cases."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"max_length": None})  # the uploaded name isn't kept

    def to_python(self, data: Any) -> Any:
        upload = forms.FileField.to_python(self, data)
        return take_picture(upload) if isinstance(upload, UploadedFile) else upload


class ImageForm(forms.ModelForm):
    """A picture that is what it says it is, and of a size that a worker can handle."""

    class Meta:
        model = Image
        fields = [
            *("file", "alt_en", "alt_ru", "caption_en", "caption_ru", "credit"),
            *("source_url", "licence", "focal_x", "focal_y"),
        ]
        field_classes = {"file": PictureField}
