"""What a reader keeps of discussions: those they follow, drafts, readers they have muted."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from comments import drafts, following, muting, notifications, preferences
from comments.forms import NotificationPreferencesForm
from comments.models import NotificationPreferences
from news import suppressions
from news.paging import keyset_page
from news.requests import ReaderRequest


@login_required
@require_safe
def followed(request: ReaderRequest) -> HttpResponse:
    page = keyset_page(following.of(request.user.pk), ("-created_at", "-pk"), request.GET)
    return render(request, "comments/mine_followed.html", {"page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def told(request: ReaderRequest) -> HttpResponse:
    """What concerns them; looking changes nothing, the button says that they have read it."""
    if request.method == "POST":
        notifications.mark_seen(request.user.pk)
        return redirect("comments:told")
    page = keyset_page(notifications.of(request.user.pk), ("-pk",), request.GET)
    return render(request, "comments/mine_told.html", {"page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_mail(request: ReaderRequest) -> HttpResponse:
    """Of what they are told by mail, and how often."""
    own = NotificationPreferences.of(request.user)
    data = request.POST if request.method == "POST" else None
    form = NotificationPreferencesForm(data, instance=own)
    if form.is_valid():
        preferences.choose(request.user, {**form.cleaned_data, "returned_email": ""})
        messages.success(request, _("Saved."))
        return redirect("comments:by_mail")
    status = 422 if form.errors else 200
    is_suppressed = bool(suppressions.among([request.user.email]))
    context = {"form": form, "own": own, "is_suppressed": is_suppressed}
    return render(request, "comments/mine_by_mail.html", context, status=status)


@login_required
@require_safe
def begun(request: ReaderRequest) -> HttpResponse:
    page = keyset_page(drafts.of(request.user.pk), ("-saved_at", "-pk"), request.GET)
    return render(request, "comments/mine_drafts.html", {"page": page})


@login_required
@require_safe
def muted(request: ReaderRequest) -> HttpResponse:
    page = keyset_page(muting.of(request.user.pk), ("-created_at", "-pk"), request.GET)
    return render(request, "comments/mine_muted.html", {"page": page})
