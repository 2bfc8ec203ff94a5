"""The signed address of an appeal: whoever holds it got the notice by mail.

The token holds nothing but the notice's number, and works for ever; that one appeals once is a
constraint.
"""

from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.http import base36_to_int, int_to_base36

from comments.models import Notice
from news.addresses import absolute

# Not ":", which mail programs leave out of the links they find in plain text.
_signer = signing.Signer(salt="comments.appeal", sep=".")


class LinkForged(Exception):
    """Not a token of ours, or of a notice that is gone with its author."""


def appeal_url(notice: Notice, language: str) -> str:
    token = _signer.sign(int_to_base36(notice.pk))
    with translation.override(language):
        return absolute(reverse("comments:appeal", args=[token]))


def notice_of(token: str) -> Notice:
    """The one the token was made for. Raises LinkForged."""
    try:
        pk = base36_to_int(_signer.unsign(token))
        return Notice.objects.select_related("author").get(pk=pk)
    except (signing.BadSignature, ValueError, Notice.DoesNotExist):
        raise LinkForged from None
