"""Parts of a desk's page that ask for themselves anew."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponseBase
from django.http.response import HttpResponse


def fragment(site: AdminSite, view: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
    """`view` for the staff. Whose session has ended meanwhile gets the whole page anew.

    That leads to the log-in and from there back. A redirect would put the log-in's page, of which
    nothing fits, in place of the part, and it would be gone.
    """
    guarded = site.admin_view(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.headers.get("HX-Request") == "true" and not site.has_permission(request):
            return HttpResponse(status=401, headers={"HX-Refresh": "true"})
        return guarded(request, *args, **kwargs)

    return answer
