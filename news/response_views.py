"""The pages on which readers respond to articles, and see what becomes of it."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from news import body, limits, responses
from news.client_address import client_network
from news.limits import LimitReached
from news.models import Article, TransitionRefused
from news.paging import keyset_page
from news.requests import ReaderRequest
from news.response_forms import ResponseForm

# (count, seconds) of one account.
_OF_SAVING = [(30, 60), (600, 3600)]  # by itself, after each pause
_OF_SENDING = [(5, 3600), (15, 24 * 3600)]


@require_http_methods(["GET", "HEAD", "POST"])
def respond(request: ReaderRequest, pk: int, slug: str) -> HttpResponse:
    """Begin a response, or go on with the one that was begun."""
    answered = get_object_or_404(Article.objects.published().in_language(), pk=pk)
    if not request.user.is_authenticated:
        return _log_in_first(request, answered)
    if request.method == "POST":
        return _take(request, answered, None)
    if own := responses.begun(request.user, answered):
        return redirect("news:my_response", own.pk)
    return _form(request, answered, ResponseForm(), None)


@login_required
@require_safe
def my_responses(request: ReaderRequest) -> HttpResponse:
    page = keyset_page(responses.of(request.user), ("-pk",), request.GET)
    return render(request, "news/my_responses.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def my_response(request: ReaderRequest, pk: int) -> HttpResponse:
    """Its form while it is a draft, else how it stands."""
    if not request.user.is_authenticated:
        return _log_in_first(request, None)
    own = get_object_or_404(responses.of(request.user), pk=pk)
    if request.method == "POST" and (act := _ACTS.get(request.POST.get("do", ""))):
        return act(request, own)
    if own.state != Article.State.DRAFT:
        return render(request, "news/my_response.html", {"own": own, "text": own.original()})
    if request.method == "POST":
        return _take(request, _answered(own), own)
    return _form(request, _answered(own), ResponseForm(own=own), own)


def _answered(own: Article) -> Article:
    """With the words that pages show of it."""
    return Article.objects.in_language().get(responses=own)


def _take(request: ReaderRequest, answered: Article, own: Article | None) -> HttpResponse:
    """Keep what was typed; send it in, unless a button says that this was all."""
    form = ResponseForm(request.POST, own=own)
    if not form.is_valid():
        return _form(request, answered, form, own, status=422)
    sends = "do" not in request.POST
    try:
        _count(request, "send" if sends else "save", _OF_SENDING if sends else _OF_SAVING)
        own = responses.keep(request.user, answered, form.words, own)
        if sends:
            responses.send(own, request.user)
    except TransitionRefused as refusal:
        form.add_error(None, str(refusal))
        return _form(request, answered, form, own, status=422)
    except LimitReached as reached:
        form.add_error(None, reached.advice)
        response = _form(request, answered, form, own, status=429)
        response["Retry-After"] = str(reached.wait)
        return response
    if request.htmx:
        return _kept(request, form, own)
    if request.POST.get("do") == "preview":
        stored = responses.of(request.user).get(pk=own.pk)
        return _form(request, answered, ResponseForm(own=stored), stored, preview=form.text())
    words = _("The editors have it now. You find here what they decide.")
    messages.success(request, words if sends else _("Saved. Nobody but you sees it."))
    return redirect("news:my_response", own.pk)


def _form(
    request: ReaderRequest,
    answered: Article,
    form: ResponseForm,
    own: Article | None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    if request.htmx:
        return _kept(request, form, own)
    context = {"answered": answered, "form": form, "own": own, **more}
    context["allowed"] = json.dumps(body.allowed())
    if form.is_bound and form.is_outdated and own:
        stored = own.original()
        context["stored"] = [stored.title, stored.lead, stored.body] if stored else []
        form.take_over(own.version)
    return render(request, "news/respond.html", context, status=status)


def _kept(request: ReaderRequest, form: ResponseForm, own: Article | None) -> HttpResponse:
    """What is said below the form, which is saved by itself while they type."""
    troubles = [
        f"{form[name].label}: {error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    ]
    context = {"own": own, "troubles": troubles}
    return render(request, "news/_response_kept.html", context)


def _log_in_first(request: ReaderRequest, answered: Article | None) -> HttpResponse:
    """Whose session has ended while they wrote gets back what they wrote."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    typed = [request.POST.get(name, "") for name in ("title", "lead", "body")]
    context = {"answered": answered, "typed": [words for words in typed if words]}
    return render(request, "news/respond_logged_out.html", context, status=403)


def _take_back(request: ReaderRequest, own: Article) -> HttpResponse:
    return _act(request, own, lambda: responses.take_back(own, request.user), "")


def _discard(request: ReaderRequest, own: Article) -> HttpResponse:
    return _act(request, own, lambda: responses.discard(own), _("Deleted."))


def _act(request: ReaderRequest, own: Article, act: Callable[[], None], words: str) -> HttpResponse:
    try:
        act()
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        if words:
            messages.success(request, words)
            return redirect("news:my_responses")
    return redirect("news:my_response", own.pk)


_ACTS: dict[str, Callable[[ReaderRequest, Article], HttpResponse]] = {
    "take_back": _take_back,
    "discard": _discard,
}


def _count(request: ReaderRequest, act: str, rules: list[tuple[int, int]]) -> None:
    network = client_network(request)
    limits.count(limits.of_reader(f"response:{act}", request.user.pk, network, rules))
