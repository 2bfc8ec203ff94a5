"""Moderators decide: the queue, one comment, many comments, a discussion."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comments import moderation, queue
from comments.models import Appeal, Comment, CommentReport, Discussion
from comments.moderation import ModerationRefused, Ruling
from comments.moderation_forms import DecisionForm, StateForm
from comments.moderators import moderators_only
from news.models import Article
from news.requests import ReaderRequest


@moderators_only
@require_safe
def queue_page(request: ReaderRequest) -> HttpResponse:
    cases, page = queue.cases_page(request.user, request.GET)
    context = {
        "cases": cases,
        "page": page,
        "show": request.GET.get("show", ""),
        "reasons": CommentReport.Reason.choices,
        "last": queue.last_act(request.user),
        "appeals": Appeal.objects.open().count(),
    }
    return render(request, "comments/moderation/queue.html", context)


@moderators_only
@require_safe
def case(request: ReaderRequest, pk: int) -> HttpResponse:
    comment = get_object_or_404(queue.in_context(Comment.objects.all()), pk=pk)
    context = {
        "case": queue.cases([comment], request.user)[0],
        "reasons": CommentReport.Reason.choices,
        "revisions": comment.revisions.all(),
        "events": comment.moderation_events.in_context().order_by("-pk"),
    }
    return render(request, "comments/moderation/case.html", context)


@moderators_only
@require_POST
def decide(request: ReaderRequest) -> HttpResponse:
    """About one comment at once; about several after a look at all of them together."""
    form = DecisionForm(request.POST)
    if not form.is_valid() or form.wants_a_look:
        return _look(request, form)
    try:
        ruling, count = form.save(request.user)
    except ModerationRefused as refusal:
        return answer(request, str(refusal), form.keys, is_refused=True)
    done = ngettext("%(n)s comment: %(action)s.", "%(n)s comments: %(action)s.", count)
    words = done % {"n": count, "action": form.action_label}
    return answer(request, words, form.keys, done=ruling)


def _look(request: ReaderRequest, form: DecisionForm) -> HttpResponse:
    """All that is ticked, with what may be said of it, and the button that does it."""
    comments = queue.in_context(Comment.objects.filter(pk__in=form.keys)).order_by("pk")
    context = {"form": form, "cases": queue.cases(list(comments), request.user)}
    status = 422 if form.errors else 200
    return render(request, "comments/moderation/decide.html", context, status=status)


def answer(
    request: ReaderRequest,
    words: str,
    pks: list[int],
    done: Ruling | None = None,
    is_refused: bool = False,
) -> HttpResponse:
    """`words` on what was done or why not: with htmx in place of the case, else on the page where
    the button was pressed. What is `done` can be undone there; else the case is there again.
    """
    if not request.htmx:
        messages.add_message(request, messages.WARNING if is_refused else messages.SUCCESS, words)
        return redirect(_where_from(request))
    comments = list(queue.in_context(Comment.objects.filter(pk__in=pks[:1])))
    context = {
        "case": queue.cases(comments, request.user)[0] if comments else None,
        "reasons": CommentReport.Reason.choices,
        "words": words,
        "done": done,
        "is_refused": is_refused,
    }
    return render(request, "comments/moderation/_case_answer.html", context)


def _where_from(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return back if is_ours else "comments:queue"


@moderators_only
@require_http_methods(["GET", "HEAD", "POST"])
def discussion_state(request: ReaderRequest, pk: int) -> HttpResponse:
    article = get_object_or_404(Article.objects.addressable().in_language(), pk=pk)
    form = StateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            moderation.set_state(article, form.cleaned_data["action"], Ruling(request.user))
            messages.success(request, _("The discussion is in its new state."))
        except ModerationRefused as refusal:
            messages.warning(request, str(refusal))
        return redirect("comments:discussion_state", pk)
    discussion = Discussion.objects.filter(pk=pk).first() or Discussion(article=article)
    context = {
        "article": article,
        "discussion": discussion,
        "form": form,
        "events": discussion.moderation_events.about_state().in_context().order_by("-pk")[:20],
    }
    status = 422 if form.errors else 200
    return render(request, "comments/moderation/discussion.html", context, status=status)
