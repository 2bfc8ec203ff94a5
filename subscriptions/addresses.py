"""E-mail addresses in the one form in which rows hold them."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

# RFC 5321, 4.5.3.1
LONGEST = 254
LONGEST_LOCAL_PART = 64


def normalise(email: str) -> str:
    """Lower case, and an international domain in the ASCII form that travels in mail.

    Raises ValidationError for what no server could accept.
    """
    local, _at, domain = email.strip().rpartition("@")
    try:
        normal = f"{local}@{punycode(domain)}".lower()
    except UnicodeError:
        raise ValidationError(_INVALID, code="invalid") from None
    if len(local) > LONGEST_LOCAL_PART or len(normal) > LONGEST:
        raise ValidationError(_INVALID, code="invalid")
    return normal


class AddressField(forms.EmailField):
    """What a person types, in any case and script; `clean()` gives the normal form."""

    def __init__(self, **options: object) -> None:
        options.setdefault("max_length", LONGEST)
        super().__init__(**options)  # type: ignore[arg-type]

    def clean(self, value: object) -> str:
        email: str = super().clean(value)
        return normalise(email) if email else email


class SubscriberField(AddressField):
    """Of somebody who is to get the digest: at no domain that the settings refuse."""

    def clean(self, value: object) -> str:
        email: str = super().clean(value)
        domain = email.rpartition("@")[2]
        if not settings.REFUSED_MAIL_DOMAINS.isdisjoint(_and_those_above(domain)):
            raise ValidationError(_REFUSED, code="refused", params={"domain": domain})
        return email


def _and_those_above(domain: str) -> list[str]:
    """Of a.b.org: a.b.org, b.org, org."""
    labels = domain.split(".")
    return [".".join(labels[number:]) for number in range(len(labels))]


_REFUSED = _("Addresses at %(domain)s get no digest here: mail there is soon thrown away.")
_INVALID = _("Enter an address such as name@example.org.")
