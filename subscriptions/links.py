"""Signed addresses of a subscriber's own pages: whoever holds one owns the mailbox.

Each purpose signs with a salt of its own, so no token opens another page. The token holds nothing
but the subscription's number; `SECRET_KEY_FALLBACKS` keep old mails working after a new key.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.http import base36_to_int, int_to_base36

from subscriptions.models import Subscription

_SEPARATOR = "."  # not ":", which mail programs leave out of the links they find in plain text


class LinkExpired(Exception):
    """The token was ours, and is too old."""


class LinkForged(Exception):
    """Not a token of ours, not for this page, or of a subscription that is gone."""


@dataclass(frozen=True)
class Purpose:
    """What a link is for: the name of its page, and how long it works (None: for ever)."""

    page: str
    max_age: timedelta | None = None

    def token(self, subscription_id: int) -> str:
        return self._signer.sign(int_to_base36(subscription_id))

    def path(self, subscription: Subscription) -> str:
        """In the subscriber's language."""
        with translation.override(subscription.language):
            return reverse(f"subscriptions:{self.page}", args=[self.token(subscription.pk)])

    def url(self, subscription: Subscription) -> str:
        """Absolute, for a mail."""
        return settings.SITE_URL + self.path(subscription)

    def url_of(self, token: str, language: str) -> str:
        """Absolute, of a token that is yet to be made."""
        with translation.override(language):
            return settings.SITE_URL + reverse(f"subscriptions:{self.page}", args=[token])

    def subscription(self, token: str) -> Subscription:
        """The one the token was made for. Raises LinkExpired or LinkForged."""
        try:
            pk = base36_to_int(self._unsigned(token))
            return Subscription.objects.get(pk=pk)
        except signing.SignatureExpired:
            raise LinkExpired from None
        except (signing.BadSignature, ValueError, Subscription.DoesNotExist):
            raise LinkForged from None

    def _unsigned(self, token: str) -> str:
        if isinstance(self._signer, signing.TimestampSigner):
            return self._signer.unsign(token, max_age=self.max_age)
        return self._signer.unsign(token)

    @cached_property
    def _signer(self) -> signing.Signer:
        kind = signing.TimestampSigner if self.max_age else signing.Signer
        return kind(salt=f"subscriptions.{self.page}", sep=_SEPARATOR)


CONFIRM = Purpose("confirm", timedelta(days=7))
PREFERENCES = Purpose("preferences")
UNSUBSCRIBE = Purpose("unsubscribe")
RESUBSCRIBE = Purpose("resubscribe", timedelta(days=7))
