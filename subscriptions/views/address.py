"""A digest moves to another address: asked for by its owner, agreed to there, or taken back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from subscriptions import address_change, limits, links
from subscriptions.forms import AddressForm
from subscriptions.models import AddressChange
from subscriptions.views.ways import Way, own_page


def address(request: HttpRequest, way: Way) -> HttpResponse:
    """Ask for another address, or think better of it. The answer is the same for every address."""
    if not way.subscription.is_running:
        return redirect(way.url())
    if request.method == "POST" and "cancel" in request.POST:
        way.subscription.address_changes.pending().delete()
        return redirect(way.url())
    form = AddressForm(way.subscription, request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        status = _ask(request, form)
        if status == 200:
            return redirect(way.url())
    context = way.context() | {"form": form}
    return render(request, "subscriptions/address.html", context, status=status)


def _ask(request: HttpRequest, form: AddressForm) -> int:
    """The status of the answer: 200 when the letters are on their way."""
    try:
        limits.count_request(request)
        form.save()
    except limits.Refused as refusal:
        form.add_error("email", str(refusal.message))
        return refusal.status
    except address_change.TooSoon:
        form.add_error("email", _("You asked for a change just now. Try again in ten minutes."))
        return 429
    return 200


def _confirm_address(request: HttpRequest, change: AddressChange) -> HttpResponse:
    language = get_language() or change.language
    is_refused = False
    if request.method == "POST":
        is_refused = not address_change.confirm(change, language, "button of a change of address")
    context = {"change": change, "is_refused": is_refused}
    return render(request, "subscriptions/confirm_address.html", context)


def _keep_address(request: HttpRequest, change: AddressChange) -> HttpResponse:
    is_kept = request.method == "POST"
    if is_kept:
        address_change.take_back(change)
    context = {"change": change, "is_kept": is_kept}
    return render(request, "subscriptions/keep_address.html", context)


confirm_address = own_page(_confirm_address)(links.CONFIRM_ADDRESS.change)
keep_address = own_page(_keep_address)(links.KEEP_ADDRESS.change)
