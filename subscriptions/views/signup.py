"""Subscribing and leaving, by the form that everybody sees and the links of letters."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from subscriptions import consent, limits, links
from subscriptions.forms import SubscribeForm
from subscriptions.models import Subscription
from subscriptions.origin import same_origin_required
from subscriptions.views.ways import own_page


@same_origin_required
@require_http_methods(["GET", "HEAD", "POST"])
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


def _confirm(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    language = get_language() or subscription.language
    if request.method == "POST":
        consent.confirm(subscription, language, f"button at {request.path.rsplit('/', 2)[0]}")
    context = {"subscription": subscription, "consent": consent.wording(language)}
    return render(request, "subscriptions/confirm.html", context)


confirm = own_page(_confirm)(links.CONFIRM.subscription)
resubscribe = own_page(_confirm)(links.RESUBSCRIBE.subscription)


def _unsubscribe(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """A POST is all it takes, from this page or from a mail program: RFC 8058."""
    if request.method == "POST":
        language = get_language() or subscription.language
        consent.unsubscribe(subscription, language, "button or one-click")
    context = {
        "subscription": subscription,
        "resubscribe_url": links.RESUBSCRIBE.path(subscription),
    }
    return render(request, "subscriptions/unsubscribe.html", context)


unsubscribe = own_page(_unsubscribe)(links.UNSUBSCRIBE.subscription)
