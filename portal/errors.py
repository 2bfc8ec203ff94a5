"""Error pages in the reader's language. None of them queries the database."""

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        most = {
            "megabytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20,
            "fields": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
        }
        return _in_place_of_the_page(render(request, "413.html", most, status=413))
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    response = render(request, "403.html", {"typed": _typed(request)}, status=403)
    return _in_place_of_the_page(response)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", {"typed": _typed(request)}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", {"typed": _typed(request)}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    context = {"typed": _typed(request), "comment": _comment(request)}
    return _in_place_of_the_page(render(request, "403_csrf.html", context, status=403))


def unavailable(request: HttpRequest) -> HttpResponse:
    """Something that writing needs is down for now: Redis, which counts attempts."""
    response = render(request, "503.html", {"typed": _typed(request)}, status=503)
    return _in_place_of_the_page(response)


def too_many_requests(request: HttpRequest, wait: int = 0) -> HttpResponse:
    """`wait`: after how many seconds it is worth trying again, if that is known."""
    context = {
        "typed": _typed(request),
        "minutes": wait // 60 + 1 if wait > 90 else 0,
        "wait": wait,
    }
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(wait or 60)
    return _in_place_of_the_page(response)


def _in_place_of_the_page(response: HttpResponse) -> HttpResponse:
    """For htmx, which else would put a whole page where it expects a fragment."""
    response["HX-Retarget"] = response["HX-Reselect"] = "main"
    response["HX-Reswap"] = "outerHTML"
    return response


_NOT_TYPED = {"csrfmiddlewaretoken", "submission_key", "next", "code", "credential"}
_NOT_TYPED |= {"do", "language", "shown"}


def _typed(request: HttpRequest) -> list[str]:
    """What to hand back: losing a comment to an expired cookie is not acceptable."""
    return [
        value
        for name, value in _sent(request).items()
        if name not in _NOT_TYPED and "password" not in name and len(value) > 2
    ]


_COMMENT_FORMS = {"comments:create", "comments:reply", "comments:edit"}


def _comment(request: HttpRequest) -> str:
    """The text of a comment whose form was too old. Its writer may send it again from the page that
    says so, after looking at it: nobody else's page can press that button.
    """
    match = request.resolver_match
    return _sent(request).get("body", "") if match and match.view_name in _COMMENT_FORMS else ""


def _sent(request: HttpRequest) -> dict[str, str]:
    """The last value of each field; none if what was sent can't even be read."""
    try:
        return {name: str(value) for name, value in request.POST.items()}
    except (BadRequest, MultiPartParserError, SuspiciousOperation, OSError):
        return {}
