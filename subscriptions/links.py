"""Signed addresses of a subscriber's own pages: whoever holds one owns the mailbox.

The token holds nothing but the subscription's number.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from news.tokens import Seal, TokenExpired, TokenForged
from subscriptions.models import Subscription


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
        return self._seal.sign(subscription_id)

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
            [pk] = self._seal.read(token)
            return Subscription.objects.get(pk=pk)
        except TokenExpired:
            raise LinkExpired from None
        except (TokenForged, ValueError, Subscription.DoesNotExist):
            raise LinkForged from None

    @cached_property
    def _seal(self) -> Seal:
        return Seal(f"subscriptions.{self.page}", self.max_age)


CONFIRM = Purpose("confirm", timedelta(days=7))
PREFERENCES = Purpose("preferences")
UNSUBSCRIBE = Purpose("unsubscribe")
RESUBSCRIBE = Purpose("resubscribe", timedelta(days=7))
