from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from subscriptions import consent, limits, links
from subscriptions.forms import PreferencesForm, SubscribeForm
from subscriptions.models import Subscription
from subscriptions.origin import same_origin_required

_page = require_http_methods(["GET", "HEAD", "POST"])


@same_origin_required
@_page
def subscribe(request: HttpRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = SubscribeForm(data, initial={"next": request.GET.get("next")})
    status = 200
    if form.is_valid():
        try:
            limits.count_request(request)
            if not form.is_by_robot:
                form.save(origin=f"form {form.cleaned_data['next'] or request.path}")
            return redirect(_asked_url(form.cleaned_data["next"]))
        except limits.Refused as refusal:
            form.add_error("email", str(refusal.message))
            status = refusal.status
    return render(request, "subscriptions/subscribe.html", {"form": form}, status=status)


def _asked_url(back: str) -> str:
    query = f"?{urlencode({'next': back})}" if back else ""
    return reverse("subscriptions:asked") + query


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same page for every address: nobody learns here who is subscribed."""
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, request.get_host(), request.is_secure()):
        back = ""
    return render(request, "subscriptions/asked.html", {"back": back})


def own_page(purpose: links.Purpose) -> Callable[[Callable[..., HttpResponse]], Any]:
    """A page for the owner of the mailbox. The view gets the subscription in place of the token.

    Exempt from CSRF protection, which is for visitors recognised by a cookie: here the signed
    token in the address is what entitles, and no other site can know it. GET changes nothing:
    mail scanners open every link.
    """

    def decorator(view: Callable[..., HttpResponse]) -> Any:
        @never_cache
        @csrf_exempt
        @_page
        @wraps(view)
        def page(request: HttpRequest, token: str) -> HttpResponse:
            try:
                return view(request, purpose.subscription(token))
            except links.LinkExpired:
                return render(request, "subscriptions/link_expired.html", status=410)
            except links.LinkForged:
                return render(request, "subscriptions/link_unknown.html", status=404)

        return page

    return decorator


def _confirm(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    language = get_language() or subscription.language
    if request.method == "POST":
        consent.confirm(subscription, language, f"button at {request.path.rsplit('/', 2)[0]}")
    context = {"subscription": subscription, "consent": consent.wording(language)}
    return render(request, "subscriptions/confirm.html", context)


confirm = own_page(links.CONFIRM)(_confirm)
resubscribe = own_page(links.RESUBSCRIBE)(_confirm)


@own_page(links.UNSUBSCRIBE)
def unsubscribe(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """A POST is all it takes, from this page or from a mail program: RFC 8058."""
    if request.method == "POST":
        language = get_language() or subscription.language
        consent.unsubscribe(subscription, language, "button or one-click")
    context = {
        "subscription": subscription,
        "resubscribe_url": links.RESUBSCRIBE.path(subscription),
    }
    return render(request, "subscriptions/unsubscribe.html", context)


@own_page(links.PREFERENCES)
def preferences(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    is_sent = request.method == "POST" and subscription.is_running
    form = PreferencesForm(request.POST if is_sent else None, instance=subscription)
    if form.is_valid():
        return redirect(f"{links.PREFERENCES.path(form.save())}?saved")
    return render(
        request,
        "subscriptions/preferences.html",
        {
            "form": form,
            "subscription": subscription,
            "token": links.PREFERENCES.token(subscription.pk),
            "unsubscribe_url": links.UNSUBSCRIBE.path(subscription),
            "resubscribe_url": links.RESUBSCRIBE.path(subscription),
        },
    )


@own_page(links.PREFERENCES)
def pause(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    if request.method == "POST":
        consent.pause(subscription)
    return redirect(links.PREFERENCES.path(subscription))


@own_page(links.PREFERENCES)
def resume(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    if request.method == "POST":
        consent.resume(subscription)
    return redirect(links.PREFERENCES.path(subscription))
