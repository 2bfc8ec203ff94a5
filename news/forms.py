from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture

from news.models import Article, Image

MOST_PIXELS = 50_000_000
MOST_BYTES = 20 * 2**20
_EXTENSIONS = {
    "JPEG": {".jpg", ".jpeg"},
    "PNG": {".png"},
    "WEBP": {".webp"},
    "AVIF": {".avif"},
}


class VoteForm(forms.Form):
    """+1, −1, or 0 to take a vote back."""

    value = forms.TypedChoiceField(choices=[(1, "+"), (-1, "−"), (0, "0")], coerce=int)


class ArticleForm(forms.ModelForm):
    """An article as an editor changes it; one that is out keeps what it was let out with."""

    class Meta:
        model = Article
        fields: list[str] = []

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        if self.instance.is_public:
            for name in ("source", "rights_holder", "licence", "published_at"):
                if name in data and not data[name]:
                    self.add_error(name, _("A published article can’t go without this."))
        return data


class ArticleTextFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        article = self.instance
        languages = {
            form.cleaned_data.get("language")
            for form in self.forms
            if form.is_valid() and not form.cleaned_data.get("DELETE")
        }
        if article.is_public and article.original_language not in languages:
            raise forms.ValidationError(
                _("A published article can’t go without its text in the original language.")
            )


class ImageForm(forms.ModelForm):
    """A picture that is what it says it is, and of a size that a worker can handle."""

    class Meta:
        model = Image
        fields = [
            *("file", "alt_en", "alt_ru", "caption_en", "caption_ru", "credit"),
            *("source_url", "licence", "focal_x", "focal_y"),
        ]

    def clean_file(self) -> UploadedFile:
        upload = self.cleaned_data["file"]
        if isinstance(upload, UploadedFile):
            _refuse_unusable(upload)
        return upload


def _refuse_unusable(upload: UploadedFile) -> None:
    if (upload.size or 0) > MOST_BYTES:
        raise forms.ValidationError(_("The picture is larger than 20 MB. Please save it smaller."))
    upload.seek(0)
    with Picture.open(upload) as picture:
        if PurePath(upload.name or "").suffix.lower() not in _EXTENSIONS.get(
            picture.format or "", ()
        ):
            raise forms.ValidationError(
                _("Please upload a JPEG, PNG, WebP or AVIF file whose name ends accordingly.")
            )
        if picture.width * picture.height > MOST_PIXELS:
            raise forms.ValidationError(_("The picture has more than 50 megapixels."))
        try:
            picture.load()
        except OSError:
            raise forms.ValidationError(
                _("The file is damaged: the picture ends in the middle.")
            ) from None
    upload.seek(0)
