"""Protection of forms on pages that are the same for everybody."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


def same_origin_required(view: View) -> View:
    """Refuse (403) a POST that a browser sends from a page of somebody else's.

    Takes the place of the CSRF token, which needs a cookie, and cookies would keep pages with the
    form out of the page cache. Browsers name the page's origin with every POST; a program that
    names none rides on nobody's session, and could forge it anyway. What the form does is harmless
    besides: one letter, limited, that the address's owner has to confirm.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        origin = request.headers.get("Origin") or request.headers.get("Referer")
        if request.method == "POST" and origin and not _is_ours(origin, request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _is_ours(origin: str, request: HttpRequest) -> bool:
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        return False
    return host.lower() in (request.get_host().lower(), urlsplit(settings.SITE_URL).netloc.lower())
