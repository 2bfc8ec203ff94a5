from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _


class NameField(forms.CharField):
    """The name of somebody who has an account."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=150, **options)

    def clean(self, value: str) -> Any:
        name = super().clean(value)
        user = name and get_user_model().objects.filter(username__iexact=name).first()
        if name and not user:
            raise forms.ValidationError(_("Nobody has this name."))
        return user or None
