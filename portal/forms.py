from typing import Any, ClassVar

from allauth.account.forms import AddEmailForm, BaseSignupForm, ResetPasswordKeyForm
from allauth.account.forms import ChangePasswordForm as BaseChangePasswordForm
from allauth.account.forms import SignupForm as PasswordSignupForm
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.socialaccount.forms import SignupForm as BaseSocialSignupForm
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from comments import preferences
from news.time_zones import time_zones
from portal import names
from portal.models import User

_GOOD_PASSWORD = _("At least 8 characters, and none of the passwords that everybody has.")


class ChoosesName(BaseSignupForm):
    """The public name, by our rules."""

    page: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
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

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        """Of two who sign up at the same moment with one name or address, the second hears of it as
        if they had come later.
        """
        try:
            with transaction.atomic():
                result: tuple[Any, HttpResponse | None] = super().try_save(request)
        except IntegrityError:
            self.full_clean()
            if self.is_valid():
                return self.try_save(request)
            page = render(request, self.page, {"form": self}, status=409)
            raise ImmediateHttpResponse(page) from None
        return result


class SignupForm(ChoosesName, PasswordSignupForm):
    """E-mail, public name, password."""

    page = "account/signup.html"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _GOOD_PASSWORD

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        """An address that has an account costs the same work as one that hasn't."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class SocialSignupForm(ChoosesName, BaseSocialSignupForm):
    """For whom another site has said who they are; an address that it has confirmed stays."""

    page = "socialaccount/signup.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.sociallogin.email_addresses:
            self.fields["email"].disabled = True
            self.fields["email"].help_text = _("Confirmed by %(site)s.") % {
                "site": self.sociallogin.provider.name
            }

    def clean(self) -> dict[str, Any]:
        account = self.sociallogin.account
        if SocialAccount.objects.filter(provider=account.provider, uid=account.uid).exists():
            raise forms.ValidationError(_("You are registered already. Log in."))
        return super().clean()

    def validate_unique_email(self, value: str) -> str:
        """As for others who sign up: only a letter to the address says that it has an account."""
        return str(BaseSignupForm.validate_unique_email(self, value))

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        """Who has to choose another name after all is still who the other site says."""
        pending = self.sociallogin.serialize()
        try:
            return super().try_save(request)
        except ImmediateHttpResponse:
            request.session["socialaccount_sociallogin"] = pending
            raise


class TypedOnce:
    """A new password is typed once: browsers show it on demand, and letters bring another."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        fields["password1"].help_text = _GOOD_PASSWORD
        fields.pop("password2")


class ChangePasswordForm(TypedOnce, BaseChangePasswordForm):
    pass


class NewPasswordForm(TypedOnce, ResetPasswordKeyForm):
    """Behind the link of a letter."""


class NewAddressForm(AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New address")


class AddPasskeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["name"].help_text = _("By which you know it again, such as “phone”.")
        self.fields["passwordless"].label = _("Log in with it alone, without a password")
        self.fields["passwordless"].help_text = ""
        self.fields["passwordless"].initial = True


class AccountForm(forms.ModelForm):
    """What a reader sets about themselves."""

    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = User
        fields = ["language", "time_zone", "has_auto_follow"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = self.fields["time_zone"]
        assert isinstance(zones, forms.ChoiceField)
        names_of_zones = sorted(time_zones() | {self.instance.time_zone})
        zones.choices = [(name, name.replace("_", " ")) for name in names_of_zones]

    def save(self, commit: bool = True) -> User:
        """Letters that come in the morning come in that of the new zone."""
        user: User = super().save(commit)
        if "time_zone" in self.changed_data:
            preferences.plan_anew(user)
        return user


class DeletionForm(forms.Form):
    """The last question before an account is deleted."""

    name = forms.CharField(
        label=_("Your name, to be sure"),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off"}),
    )
    takes_comments = forms.BooleanField(label=_("Delete what my comments say, too"), required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_name(self) -> str:
        name = names.normalise(self.cleaned_data["name"])
        if name.casefold() != self.user.username.casefold():
            raise forms.ValidationError(_("This isn’t the name of your account."))
        return name
