"""Error pages in the reader's language. None of them queries the database."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


_NOT_TYPED = {"csrfmiddlewaretoken", "submission_key", "next"}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Hand back what was typed: losing a comment to an expired cookie is not acceptable."""
    typed = [
        value
        for name, value in request.POST.items()
        if name not in _NOT_TYPED and "password" not in name and len(value) > 2
    ]
    return render(request, "403_csrf.html", {"typed": typed}, status=403)
