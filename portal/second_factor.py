"""Whoever works here shows more than a password: the one place that says who, where and how.

That an account which has a second factor is asked for it at each log-in is django-allauth's part.
"""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

_ASKED_FOR = "asked_for_at_the_desk"
# Recovery codes alone are the rest of a factor that was turned off.
_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# The way out stays open.
_OPEN_TO_ALL = {"admin:logout", "admin:jsi18n"}


def is_missing(user: Any) -> bool:
    """Whether they work here and have none. One query."""
    if not (settings.STAFF_SECOND_FACTOR and user.is_authenticated and user.is_staff):
        return False
    return not is_mfa_enabled(user, _FACTORS)


def require_second_factor(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Lead those of the staff who have none to where they set it up, whatever they wanted here."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(
        request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not _is_at_the_desk(request, view):
            return None
        if is_missing(request.user):
            return _ask(request)
        request.session.pop(_ASKED_FOR, None)
        return None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def way_back(request: HttpRequest) -> str:
    """What they wanted here before they were led away, once they may go on; else nothing."""
    address = request.session.get(_ASKED_FOR, "")
    return "" if not address or is_missing(request.user) else str(address)


def _is_at_the_desk(request: HttpRequest, view: Callable[..., Any]) -> bool:
    match = request.resolver_match
    if match is None or match.view_name in _OPEN_TO_ALL:
        return False
    return "admin" in match.namespaces or getattr(view, "is_of_the_desk", False)


def _ask(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRefresh()
    wanted = request.get_full_path() if request.method == "GET" else reverse("admin:index")
    request.session[_ASKED_FOR] = wanted
    words = _(
        "Whoever works here needs a second step, so that a stolen password opens nothing. Set up"
        " one of these two, then go on to the newsroom."
    )
    messages.warning(request, words)
    return redirect("mfa_index")
