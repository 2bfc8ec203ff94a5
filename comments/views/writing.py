"""The form that comments are written in, and what its buttons do.

Whatever goes wrong, what was typed is in the form again.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comments import drafts, limits, posting, spam
from comments.drafts import Place, Text
from comments.forms import CommentForm
from comments.limits import Act
from comments.markdown import quote
from comments.mentions import render as render_markdown
from comments.models import Comment, Discussion
from comments.tree import Node
from comments.views.addressed import published_article, visible_comment
from news.limits import LimitReached
from news.requests import HtmxRequest, ReaderRequest


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    return _write(request, Place(published_article(pk)))


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HtmxRequest, pk: int, slug: str, seq: int) -> HttpResponse:
    article = published_article(pk)
    if parent := visible_comment(article, seq):
        return _write(request, Place(article, parent))
    if request.method != "POST":
        raise Http404
    # They had it before their eyes when they began. The text may stand on its own.
    form, place = CommentForm.at(Place(article), request.POST), Place(article)
    form.add_error(None, _("What you are answering is no longer there. Post it on its own?"))
    return _refused(request, place, form)


def _write(request: HtmxRequest, place: Place) -> HttpResponse:
    if request.method != "POST":
        return _open(request, place)
    form = CommentForm.at(place, request.POST)
    if not request.user.is_authenticated:
        return _keep_until_login(request, place, form)
    button = _BUTTONS.get(request.POST.get("do", ""), _post)
    try:
        return button(cast(ReaderRequest, request), place, form)
    except posting.PostingRefused as refusal:
        form.add_error(None, str(refusal))
        return _refused(request, place, form)
    except LimitReached as reached:
        form.add_error(None, reached.advice)
        return _refused(request, place, form, wait=reached.wait)


def _open(request: HtmxRequest, place: Place) -> HttpResponse:
    """The form with what they have begun already; with `?quote=1`, below what they answer."""
    draft = drafts.at(request.user, place)
    text = drafts.begun(request, place, draft)
    if place.parent and "quote" in request.GET:
        text = _with_quote(place.parent, text)
    return _shown(request, place, CommentForm.at(place, text=text), draft=draft)


def _post(request: ReaderRequest, place: Place, form: CommentForm) -> HttpResponse:
    if not form.is_valid():
        return _shown(request, place, form)
    article, text = place.article, form.text
    limits.count(request, Act.POST, Discussion.objects.filter(article=article).first())
    comment = posting.post(
        article,
        request.user.pk,
        text.body,
        place.parent.seq if place.parent else None,
        text.submission_key,
        language=text.language,
        follow=getattr(request.user, "has_auto_follow", False),
        verdict=spam.judge(form.submission(request.user, place)),
    )
    drafts.forget_in_session(request, place)
    return _written(request, place, comment)


def _preview(request: ReaderRequest, place: Place, form: CommentForm) -> HttpResponse:
    """As it will look, above the form with what was typed, which is a draft by that."""
    if not form.is_valid():
        return _shown(request, place, form)
    limits.count(request, Act.PREVIEW)
    drafts.save(request.user.pk, place, form.text)
    return _shown(request, place, form, preview=render_markdown(form.text.body))


def _quote(request: ReaderRequest, place: Place, form: CommentForm) -> HttpResponse:
    """The form again, with what they answer quoted above what they typed."""
    text = _with_quote(place.parent, form.typed) if place.parent else form.typed
    return _shown(request, place, CommentForm.at(place, text=text))


def _save_draft(request: ReaderRequest, place: Place, form: CommentForm) -> HttpResponse:
    draft = drafts.save(request.user.pk, place, form.typed)
    if request.htmx:  # by itself, while they type
        return render(request, "comments/_draft_saved.html", {"draft": draft})
    return _shown(request, place, CommentForm.at(place, text=form.typed), draft=draft)


def _discard(request: ReaderRequest, place: Place, form: CommentForm) -> HttpResponse:
    drafts.discard(request.user.pk, place)
    drafts.forget_in_session(request, place)
    return _shown(request, place, CommentForm.at(place))


_BUTTONS: dict[str, Callable[[ReaderRequest, Place, CommentForm], HttpResponse]] = {
    "preview": _preview,
    "quote": _quote,
    "draft": _save_draft,
    "discard": _discard,
}


def _with_quote(parent: Comment, text: Text) -> Text:
    return replace(text, body=quote(parent.body) + text.body)


def _shown(
    request: HtmxRequest, place: Place, form: CommentForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"article": place.article, "place": place, "form": form, **more}
    template = "comments/_form.html" if request.htmx else "comments/comment_create.html"
    if form.is_bound and form.errors and status == 200:
        status = 422
    response = render(request, template, context, status=status)
    response["HX-Push-Url"] = "false"
    return response


def _refused(request: HtmxRequest, place: Place, form: CommentForm, wait: int = 0) -> HttpResponse:
    """What can't be posted now is a draft at least."""
    if not request.user.is_authenticated:
        return _keep_until_login(request, place, form)
    draft = drafts.save(request.user.pk, place, form.typed)
    response = _shown(request, place, form, status=429 if wait else 422, draft=draft)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _keep_until_login(request: HtmxRequest, place: Place, form: CommentForm) -> HttpResponse:
    """Their session ended while they typed: the text waits in the new one for them to log in."""
    is_kept = drafts.keep_in_session(request, place, form.typed)
    typed = [form.typed.body]
    context = {"article": place.article, "place": place, "typed": typed, "is_kept": is_kept}
    template = "comments/_log_in_first.html" if request.htmx else "comments/comment_create.html"
    return render(request, template, context, status=403)


def _written(request: HtmxRequest, place: Place, comment: Comment) -> HttpResponse:
    """Back to where it was written, with the comment there: in place with htmx, else as a page."""
    article = place.article
    if request.htmx:
        again = CommentForm.at(place)
        context = {"article": article, "place": place, "node": Node(comment), "form": again}
        if not comment.is_visible:
            context["waiting"] = [comment]
        return render(request, "comments/_written.html", context)
    if not comment.is_visible:
        messages.info(request, _("Thank you. A moderator will read your comment before others do."))
        return redirect(f"{article.get_absolute_url()}#discussion")
    page = comment if comment.depth else article
    return redirect(f"{page.get_absolute_url()}#comment-{comment.seq}")
