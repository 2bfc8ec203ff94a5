"""What readers do about comments and their authors: vote, report, mute, follow."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comments import following, limits, muting, reporting, voting
from comments.forms import ReportForm, SwitchForm, VoteForm
from comments.limits import Act
from comments.models import Comment
from comments.views.addressed import listed_comment, named_reader, published_article
from news.limits import LimitReached
from news.models import Article
from news.requests import ReaderRequest


@login_required
@require_POST
def vote(request: ReaderRequest, pk: int, slug: str) -> HttpResponse:
    form = VoteForm(request.POST)
    if not form.is_valid():
        raise BadRequest("no vote")
    article, comment = listed_comment(pk, form.seq)
    refusal = ""
    try:
        limits.count(request, Act.VOTE)
        voting.vote(comment, request.user, form.value)
    except voting.VoteRefused as error:
        refusal = str(error)
    except LimitReached as reached:
        refusal = reached.advice
    return _voted(request, article, comment, refusal)


def _voted(
    request: ReaderRequest, article: Article, comment: Comment, refusal: str
) -> HttpResponse:
    if not request.htmx:
        if refusal:
            messages.warning(request, refusal)
        return _back(request, comment.get_absolute_url(), f"comment-{comment.seq}")
    context = {
        "article": article,
        "discussion_url": comment.discussion.get_absolute_url(),
        "comment": comment,
        "refusal": refusal,
    }
    response = render(request, "comments/_actions.html", context)
    response["HX-Retarget"] = f"#comment-{comment.seq} .comment__actions"
    return response


@login_required
@require_safe
def actions(request: ReaderRequest, pk: int, slug: str, seq: int) -> HttpResponse:
    """What else can be done with a comment, without a button for each under every comment."""
    article, comment = listed_comment(pk, seq)
    template = "comments/_more_actions.html" if request.htmx else "comments/comment_actions.html"
    is_muted = muting.is_muted(request.user.pk, comment.author_id)
    context = {"article": article, "comment": comment, "is_muted": is_muted}
    return _in_place(render(request, template, context))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: ReaderRequest, pk: int, slug: str, seq: int) -> HttpResponse:
    """Twice is as calmly thanked for as once."""
    article, comment = listed_comment(pk, seq)
    if not comment.is_visible:
        raise Http404
    if comment.is_by(request.user):
        raise PermissionDenied
    form = ReportForm(request.POST if request.method == "POST" else None)
    is_done = request.method != "POST" and reporting.is_reported_by(request.user.pk, comment)
    if request.method == "POST" and form.is_valid():
        is_done = _report(request, comment, form)
    template = "comments/_report.html" if request.htmx else "comments/comment_report.html"
    context = {"article": article, "comment": comment, "form": form, "is_done": is_done}
    return _in_place(render(request, template, context, status=422 if form.errors else 200))


def _report(request: ReaderRequest, comment: Comment, form: ReportForm) -> bool:
    try:
        limits.count(request, Act.REPORT)
    except LimitReached as reached:
        form.add_error(None, reached.advice)
        return False
    reporting.report(comment, request.user, **form.cleaned_data)
    return True


@login_required
@require_POST
def mute(request: ReaderRequest, username: str) -> HttpResponse:
    reader = named_reader(username)
    if reader.pk == request.user.pk:
        raise BadRequest("nobody mutes themselves")
    is_on = _switched(request)
    (muting.mute if is_on else muting.unmute)(request.user.pk, reader.pk)
    return _muted(request, reader, is_on)


def _muted(request: ReaderRequest, reader: AbstractUser, is_muted: bool) -> HttpResponse:
    words = _("You will not see what %(name)s writes.") if is_muted else _("Not muted any more.")
    words %= {"name": reader.username}
    if request.htmx:
        context = {"author": reader, "is_muted": is_muted, "words": words}
        return render(request, "comments/_mute.html", context)
    messages.success(request, words)
    return _back(request, "/")


@login_required
@require_POST
def follow(request: ReaderRequest, pk: int, slug: str) -> HttpResponse:
    article, is_on = published_article(pk), _switched(request)
    if is_on:
        following.follow_article(request.user.pk, article)
    else:
        following.unfollow(request.user.pk, article)
    if request.htmx:
        context = {"article": article, "is_following": is_on}
        return render(request, "comments/_follow.html", context)
    return _back(request, article.get_absolute_url(), "discussion")


def _switched(request: ReaderRequest) -> bool:
    """What the button says. Counts the act; whoever does too much gets the page that says so."""
    form = SwitchForm(request.POST)
    if not form.is_valid():
        raise BadRequest("neither on nor off")
    limits.count(request, Act.FOLLOW)
    return form.cleaned_data["value"] == "1"


def _back(request: HttpRequest, otherwise: str, fragment: str = "") -> HttpResponse:
    """To the page of ours whose button was pressed, if the browser tells which."""
    referer = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(referer, {request.get_host()}, request.is_secure())
    page = referer.partition("#")[0] if is_ours else otherwise
    return redirect(f"{page}#{fragment}" if fragment else page)


def _in_place(response: HttpResponse) -> HttpResponse:
    response["HX-Push-Url"] = "false"
    return response
