"""Behind the links of letters about comments: to stop them, and to think better of it."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments.letter_links import PURPOSES, Purpose
from news.tokens import TokenExpired, TokenForged


def _behind_link(
    view: Callable[[HttpRequest, Purpose, str], HttpResponse],
) -> Callable[..., HttpResponse]:
    """A page for whoever holds the link, logged in or not.

    Exempt from CSRF protection, which is for visitors recognised by a cookie: here the signed
    token in the address is what entitles, and mail programs POST to it without a page of ours
    (RFC 8058). GET changes nothing: mail scanners open every link.
    """

    @never_cache
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def page(request: HttpRequest, purpose: str, token: str) -> HttpResponse:
        if purpose not in PURPOSES:
            raise Http404
        try:
            return view(request, PURPOSES[purpose], token)
        except TokenExpired:
            return render(request, "comments/letters_unknown.html", {"is_old": True}, status=410)
        except TokenForged:
            return render(request, "comments/letters_unknown.html", status=404)

    return page


@_behind_link
def stop(request: HttpRequest, purpose: Purpose, token: str) -> HttpResponse:
    reader, numbers = purpose.read_stop(token)
    context = {"purpose": purpose, "reader": reader, "article": purpose.article(numbers)}
    if request.method == "POST" and purpose.is_on(reader, numbers):
        before = purpose.stop(reader, numbers)
        context["resume_path"] = purpose.resume_path(reader.pk, *before)
    context["is_on"] = purpose.is_on(reader, numbers)
    return render(request, "comments/letters_stop.html", context)


@_behind_link
def resume(request: HttpRequest, purpose: Purpose, token: str) -> HttpResponse:
    reader, numbers = purpose.read_resume(token)
    if request.method == "POST":
        purpose.resume(reader, numbers)
    return render(
        request,
        "comments/letters_resume.html",
        {
            "reader": reader,
            "article": purpose.article(numbers),
            "is_done": request.method == "POST",
        },
    )
