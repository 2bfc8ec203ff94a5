"""The address that pages report their views to."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from news import views_counter

# A picture of one transparent pixel, for readers without scripts.
_PIXEL = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\0\0\0!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
_ADDRESS = re.compile(r"/beacon/([0-9]{1,18})\.gif")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def beacon(request: HttpRequest, pk: int) -> HttpResponse:
    """A page reports that somebody sees article `pk`. Asks neither database nor session."""
    views_counter.count(request, pk)
    if request.method == "POST":
        return HttpResponse(status=204)
    return HttpResponse(_PIXEL, content_type="image/gif")


def answer_beacons(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: views are reported as often as pages are read, so without further ceremony."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if found := _ADDRESS.fullmatch(request.path_info):
            return beacon(request, int(found[1]))
        return get_response(request)

    return middleware
