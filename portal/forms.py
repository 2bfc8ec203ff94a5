from allauth.account.forms import SignupForm as BaseSignupForm
from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from portal.models import User


class SignupForm(BaseSignupForm):
    """E-mail, public name, password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Name")
        self.fields["username"].help_text = _(
            "Shown with your comments. Letters, digits and . - _ + @ only."
        )
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def clean_username(self) -> str:
        username: str = super().clean_username()
        if get_user_model().objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("This name is taken."))
        return username


class AccountForm(forms.ModelForm):
    """What a reader sets about themselves."""

    class Meta:
        model = User
        fields = ["language", "time_zone"]
