from django import forms
from django.utils.translation import gettext_lazy as _

from comments.models import SpamPhrase
from comments.spam.folding import fold

_SHORTEST = 3  # letters; shorter ones would be found everywhere


class SpamPhraseForm(forms.ModelForm):
    class Meta:
        model = SpamPhrase
        fields = ["text", "holds", "has_endings"]

    def clean_text(self) -> str:
        text = " ".join(self.cleaned_data["text"].split())
        folded = fold(text)
        if len(folded.replace(" ", "")) < _SHORTEST:
            raise forms.ValidationError(_("Enter three letters at least."))
        for other in SpamPhrase.objects.exclude(pk=self.instance.pk):
            if fold(other.text) == folded:
                raise forms.ValidationError(
                    _("“%(other)s” is on the list already."), params={"other": other.text}
                )
        return text
