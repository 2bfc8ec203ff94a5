"""What its author can still do about a comment: edit it, delete it, bring it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from comments import limits, posting, spam
from comments.drafts import Place
from comments.forms import EditForm
from comments.limits import Act
from comments.mentions import render as render_markdown
from comments.models import Comment
from comments.views.addressed import listed_comment, own_comment
from news.limits import LimitReached
from news.models import Article
from news.paging import keyset_page
from news.requests import ReaderRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ReaderRequest, pk: int, slug: str, seq: int) -> HttpResponse:
    article, comment = own_comment(request, pk, seq)
    is_allowed = comment.can_be_edited_by(request.user)
    if request.method != "POST" and is_allowed:
        return _shown(request, article, comment, EditForm.of(comment))
    if not comment.is_by(request.user) or request.method != "POST":
        raise PermissionDenied
    form = EditForm.of(comment, request.POST)
    if not is_allowed:
        form.add_error(None, _("The time in which a comment can be edited is over."))
        return _shown(request, article, comment, form, status=403)
    return _edit(request, article, comment, form)


def _edit(
    request: ReaderRequest, article: Article, comment: Comment, form: EditForm
) -> HttpResponse:
    if not form.is_valid():
        return _shown(request, article, comment, form, status=422)
    text = form.text
    try:
        if request.POST.get("do") == "preview":
            limits.count(request, Act.PREVIEW)
            return _shown(request, article, comment, form, preview=render_markdown(text.body))
        limits.count(request, Act.EDIT)
        submission = form.submission(request.user, Place(article, comment.parent), comment)
        posting.edit(comment, text.body, text.language, verdict=spam.judge(submission))
    except posting.PostingRefused as refusal:
        form.add_error(None, str(refusal))
        return _shown(request, article, comment, form, status=422)
    except LimitReached as reached:
        form.add_error(None, reached.advice)
        return _shown(request, article, comment, form, status=429)
    return _changed(request, article, comment, _("Saved."))


def _shown(
    request: ReaderRequest,
    article: Article,
    comment: Comment,
    form: EditForm,
    preview: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"article": article, "comment": comment, "form": form, "preview": preview}
    template = "comments/_edit_form.html" if request.htmx else "comments/comment_edit.html"
    return _in_place(render(request, template, context, status=status))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: ReaderRequest, pk: int, slug: str, seq: int) -> HttpResponse:
    """Ask, then do it. Afterwards they are offered to bring it back."""
    article, comment = own_comment(request, pk, seq)
    if not comment.can_be_deleted_by(request.user):
        raise PermissionDenied
    if request.method == "POST":
        posting.delete(comment)
        return _deleted(request, article, comment)
    template = "comments/_delete.html" if request.htmx else "comments/comment_delete.html"
    return _in_place(render(request, template, {"article": article, "comment": comment}))


def _deleted(request: ReaderRequest, article: Article, comment: Comment) -> HttpResponse:
    if not request.htmx:
        return redirect("comments:restore", article.pk, article.slug, comment.seq)
    comment.refresh_from_db()
    context = {"article": article, "comment": comment}
    return render(request, "comments/_deleted.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: ReaderRequest, pk: int, slug: str, seq: int) -> HttpResponse:
    article, comment = own_comment(request, pk, seq)
    if not comment.can_be_restored_by(request.user):
        raise PermissionDenied
    if request.method == "POST":
        posting.restore(comment)
        return _changed(request, article, comment, _("Your comment is back."))
    return render(
        request, "comments/comment_restore.html", {"article": article, "comment": comment}
    )


def _changed(
    request: ReaderRequest, article: Article, comment: Comment, words: str
) -> HttpResponse:
    """The comment as it is now: in place with htmx, else on its page."""
    comment = Comment.objects.select_related("author", "discussion").get(pk=comment.pk)
    comment.discussion.article = article
    if comment.status == Comment.Status.PENDING:
        words = _("Saved. A moderator will read your comment before others do.")
    if request.htmx:
        context = {"article": article, "comment": comment, "words": words}
        return render(request, "comments/_changed.html", context)
    messages.success(request, words)
    if not comment.is_listed:
        return redirect(f"{article.get_absolute_url()}#discussion")
    return redirect(f"{comment.get_absolute_url()}#comment-{comment.seq}")


@require_safe
def history(request: HttpRequest, pk: int, slug: str, seq: int) -> HttpResponse:
    """What a comment said before its author edited it, the latest first."""
    article, comment = listed_comment(pk, seq)
    if not comment.is_visible:
        raise Http404
    page = keyset_page(comment.revisions.all(), ("-replaced_at", "-id"), request.GET)
    context = {"article": article, "comment": comment, "page": page}
    return render(request, "comments/comment_history.html", context)


def _in_place(response: HttpResponse) -> HttpResponse:
    response["HX-Push-Url"] = "false"
    return response
