from pathlib import PurePath

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture

from news.models import Image

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
