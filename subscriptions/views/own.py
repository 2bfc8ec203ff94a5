"""What owners do with their subscription, on the same pages by a link or in their account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from news import export
from news.requests import ReaderRequest
from subscriptions import account, consent, deletion
from subscriptions.export import sections_of
from subscriptions.forms import EraseForm, PreferencesForm
from subscriptions.models import Subscription
from subscriptions.views.ways import Way


def preferences(request: HttpRequest, way: Way) -> HttpResponse:
    is_sent = request.method == "POST" and way.subscription.is_running
    form = PreferencesForm(request.POST if is_sent else None, instance=way.subscription)
    if form.is_valid():
        return redirect(f"{Way(form.save(), way.by_link).url()}?saved")
    change = way.subscription.address_changes.pending().first()
    context = way.context() | {"form": form, "change": change}
    return render(request, "subscriptions/preferences.html", context)


def pause(request: HttpRequest, way: Way) -> HttpResponse:
    if request.method == "POST":
        consent.pause(way.subscription)
    return redirect(way.url())


def resume(request: HttpRequest, way: Way) -> HttpResponse:
    if request.method == "POST":
        consent.resume(way.subscription)
    return redirect(way.url())


def export_own(request: HttpRequest, way: Way) -> HttpResponseBase:
    """Everything that is kept about the subscription, as JSON."""
    rows = Subscription.objects.filter(pk=way.subscription.pk)
    response = StreamingHttpResponse(
        export.as_json(sections_of(rows)), content_type="application/json"
    )
    response["Content-Disposition"] = 'attachment; filename="digest.json"'
    return response


def erase(request: HttpRequest, way: Way) -> HttpResponse:
    """Asked about first: it can't be taken back."""
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        deletion.erase(way.subscription, form.cleaned_data["never_again"])
        return redirect("subscriptions:erased")
    return render(request, "subscriptions/erase.html", way.context() | {"form": form})


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    return render(request, "subscriptions/erased.html")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: ReaderRequest) -> HttpResponse:
    """For a reader whose address gets no digest yet."""
    language = get_language() or settings.LANGUAGE_CODE
    subscription = account.subscription_of(request.user)
    if request.method == "POST":
        subscription = account.start(request.user, language, "button in the account")
    if subscription and subscription.is_running:
        if request.method == "POST":
            messages.success(request, _("You are subscribed."))
        return redirect("subscriptions:my_preferences")
    context = {
        "address": account.address_of(request.user),
        "subscription": subscription,
        "consent": consent.wording(language),
    }
    return render(request, "subscriptions/start.html", context)
