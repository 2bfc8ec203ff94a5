from collections.abc import Callable
from functools import wraps

import allauth.socialaccount.views
from allauth.account.decorators import reauthentication_required
from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from news import limits
from news.limits import Limit
from portal import deletion, export, social, tasks
from portal.forms import AccountForm, DeletionForm
from portal.models import User


class AccountRequest(HttpRequest):
    """Behind `login_required`."""

    user: User
    csp_nonce: str


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "robots.txt", content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers and feed readers ask for it here, whatever the pages say."""
    return redirect(static("portal/favicon.svg"), permanent=True)


@login_required
def account_settings(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        messages.success(request, _("Saved."))
        return redirect(translate_url(request.path, user.language))
    return render(request, "account/settings.html", {"form": form})


@login_required
@require_safe
def account_data(request: HttpRequest) -> HttpResponse:
    """What readers can take with them, and how they leave."""
    return render(request, "account/data.html")


@never_cache
@login_required
@require_safe
@reauthentication_required
def account_export(request: AccountRequest, kind: str) -> HttpResponseBase:
    """Everything about the reader who asks, as `kind`: json or html."""
    limits.count([Limit(f"export:{request.user.pk}", 10, 3600)])
    if kind == "json":
        response = StreamingHttpResponse(
            export.as_json(request.user), content_type="application/json"
        )
        name = f"{settings.SITE_NAME}-{request.user.username}.json".lower()
        response["Content-Disposition"] = str(content_disposition_header(True, name))
        return response
    return StreamingHttpResponse(export.as_page(request.user, str(request.csp_nonce)))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def account_delete(request: AccountRequest) -> HttpResponse:
    """Staff have to lay down their office first: their work hangs on their accounts."""
    if request.user.is_staff:
        return render(request, "account/delete_staff.html", status=403)
    form = DeletionForm(request.user, request.POST or None)
    if form.is_valid():
        deletion.ask(request.user, form.cleaned_data["takes_comments"])
        tasks.delete_account.delay_on_commit(request.user.pk)
        logout(request)
        return redirect("account_deleted")
    return render(request, "account/delete.html", {"form": form})


@require_safe
def account_deleted(request: HttpRequest) -> HttpResponse:
    return render(request, "account/deleted.html")


def where_other_sites_count(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Not found where nobody may log in by another site."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not settings.SOCIAL_PROVIDERS:
            raise Http404
        return view(request)

    return guarded


social_signup = where_other_sites_count(
    never_cache(rate_limit(action="signup")(allauth.socialaccount.views.signup))
)
social_connections = where_other_sites_count(never_cache(allauth.socialaccount.views.connections))
social_cancelled = where_other_sites_count(
    require_safe(allauth.socialaccount.views.login_cancelled)
)


@never_cache
@require_POST
@rate_limit(action="login")
def social_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to another site, to come back known."""
    return social.begin(request, social.provider_called(request, provider_id))


@never_cache
@require_GET
def social_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return social.finish(request, social.provider_called(request, provider_id))
