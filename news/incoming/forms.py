from urllib.parse import urlsplit

from django import forms
from django.core.validators import URLValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from news.models import IncomingFeed


class IncomingFeedForm(forms.ModelForm):
    """A feed by its address. Whether anything is there shows once it is read."""

    url = forms.URLField(
        label=capfirst(IncomingFeed._meta.get_field("url").verbose_name),
        help_text=IncomingFeed._meta.get_field("url").help_text,
        max_length=500,
        assume_scheme="https",
    )

    class Meta:
        model = IncomingFeed
        fields = ["source", "url", "language", "rubric", "is_on"]

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        URLValidator(schemes=["http", "https"])(url)
        if urlsplit(url).username is not None:
            raise forms.ValidationError(_("Feeds that want a password can’t be read."))
        return url
