"""What a reader keeps of discussions: those they follow, drafts, readers they have muted."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments import drafts, following, muting
from news.paging import keyset_page
from news.requests import ReaderRequest


@login_required
@require_safe
def followed(request: ReaderRequest) -> HttpResponse:
    page = keyset_page(following.of(request.user.pk), ("-created_at", "-pk"), request.GET)
    return render(request, "comments/mine_followed.html", {"page": page})


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
