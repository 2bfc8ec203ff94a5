"""Signed addresses of a subscriber's own pages: whoever holds one owns the mailbox.

The token holds nothing but the number of a row.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import translation

from news.tokens import Seal, TokenExpired, TokenForged
from subscriptions.models import AddressChange, Subscription

Row = TypeVar("Row", bound=Model)


class LinkExpired(Exception):
    """The token was ours, and is too old."""


class LinkForged(Exception):
    """Not a token of ours, not for this page, or of a subscription that is gone."""


@dataclass(frozen=True)
class Purpose:
    """What a link is for: the name of its page, and how long it works (None: for ever)."""

    page: str
    max_age: timedelta | None = None

    def token(self, pk: int) -> str:
        return self._seal.sign(pk)

    def path(self, row: Subscription | AddressChange, page: str = "") -> str:
        """In the subscriber's language; of another `page` that the same token opens, if named."""
        with translation.override(row.language):
            return reverse(f"subscriptions:{page or self.page}", args=[self.token(row.pk)])

    def url(self, row: Subscription | AddressChange) -> str:
        """Absolute, for a mail."""
        return settings.SITE_URL + self.path(row)

    def url_of(self, token: str, language: str) -> str:
        """Absolute, of a token that is yet to be made."""
        with translation.override(language):
            return settings.SITE_URL + reverse(f"subscriptions:{self.page}", args=[token])

    def subscription(self, token: str) -> Subscription:
        """The one the token was made for. Raises LinkExpired or LinkForged."""
        return self._found(Subscription.objects.all(), token)

    def _found(self, rows: QuerySet[Row], token: str) -> Row:
        try:
            [pk] = self._seal.read(token)
            return rows.get(pk=pk)
        except TokenExpired:
            raise LinkExpired from None
        except (TokenForged, ValueError, ObjectDoesNotExist):
            raise LinkForged from None

    @cached_property
    def _seal(self) -> Seal:
        return Seal(f"subscriptions.{self.page}", self.max_age)


class ChangePurpose(Purpose):
    """What a link about a change of address is for. Its token holds the number of the change."""

    def change(self, token: str) -> AddressChange:
        """Raises LinkExpired or LinkForged, also for one that is over or was taken back."""
        return self._found(AddressChange.objects.select_related("subscription"), token)


CONFIRM = Purpose("confirm", timedelta(days=7))
PREFERENCES = Purpose("preferences")
UNSUBSCRIBE = Purpose("unsubscribe")
RESUBSCRIBE = Purpose("resubscribe", timedelta(days=7))
CONFIRM_ADDRESS = ChangePurpose("confirm_address", AddressChange.OPEN_FOR)
KEEP_ADDRESS = ChangePurpose("keep_address")
