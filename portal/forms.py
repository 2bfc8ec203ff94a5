from allauth.account.forms import SignupForm as BaseSignupForm
from django import forms
from django.utils.translation import gettext_lazy as _

from portal import names
from portal.models import User


class SignupForm(BaseSignupForm):
    """E-mail, public name, password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Name")
        self.fields["username"].help_text = _(
            "Shown with your comments, and can’t be changed later. Latin or Russian letters, "
            "digits, and . - _"
        )

    def clean_username(self) -> str:
        name = names.normalise(self.cleaned_data["username"])
        names.validate_not_reserved(name)
        self.cleaned_data["username"] = name
        return str(super().clean_username())


class AccountForm(forms.ModelForm):
    """What a reader sets about themselves."""

    class Meta:
        model = User
        fields = ["language", "time_zone"]
