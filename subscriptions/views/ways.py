"""Who may open a page of a subscription: who holds a link from a letter to it, or its account."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from subscriptions import account, links
from subscriptions.models import Subscription

PAGES = ("preferences", "pause", "resume", "address", "erase", "export")

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Way:
    """How the owner of a subscription came to its pages, and where those are on this way."""

    subscription: Subscription
    by_link: bool

    @property
    def frame(self) -> str:
        return f"subscriptions/_{'own' if self.by_link else 'account'}_page.html"

    def url(self, page: str = "preferences") -> str:
        if self.by_link:
            return links.PREFERENCES.path(self.subscription, page)
        return reverse(f"subscriptions:my_{page}")

    def context(self) -> dict[str, Any]:
        return {
            "subscription": self.subscription,
            "by_link": self.by_link,
            "frame": self.frame,
            "urls": {page: self.url(page) for page in PAGES},
            "unsubscribe_url": links.UNSUBSCRIBE.path(self.subscription),
            "resubscribe_url": links.RESUBSCRIBE.path(self.subscription),
        }


def own_page(view: View) -> Callable[[Callable[[str], Any]], View]:
    """A page for the owner of the mailbox: the view gets what `read` finds for the token.

    Exempt from CSRF protection, which is for visitors recognised by a cookie: here the signed
    token in the address is what entitles, and no other site can know it. GET changes nothing:
    mail scanners open every link.
    """

    def opened_by(read: Callable[[str], Any]) -> View:
        @never_cache
        @csrf_exempt
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def page(request: HttpRequest, token: str) -> HttpResponseBase:
            try:
                return view(request, read(token))
            except links.LinkExpired:
                return render(request, "subscriptions/link_expired.html", status=410)
            except (links.LinkForged, ObjectDoesNotExist):  # or erased while it was being opened
                return render(request, "subscriptions/link_unknown.html", status=404)

        return page

    return opened_by


def by_link(view: View) -> View:
    """`view` for whoever holds a letter; it gets the `Way` besides the request."""

    @wraps(view)
    def opened(request: HttpRequest, subscription: Subscription) -> HttpResponseBase:
        return view(request, Way(subscription, by_link=True))

    return own_page(opened)(links.PREFERENCES.subscription)


def by_account(view: View) -> View:
    """The same `view` for a reader who is logged in, of the address confirmed there."""

    @never_cache
    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(request: HttpRequest) -> HttpResponseBase:
        subscription = account.subscription_of(request.user)
        if subscription is None or not subscription.is_running:
            return redirect("subscriptions:start")
        try:
            return view(request, Way(subscription, by_link=False))
        except ObjectDoesNotExist:  # erased or moved meanwhile
            return redirect("subscriptions:start")

    return opened
