"""Appeals: the author's page behind the link of the mail, and the moderators' list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comments import appeals
from comments.appeal_links import LinkForged, notice_of
from comments.models import Appeal, Notice
from comments.moderation import ModerationRefused
from comments.moderation_forms import AnswerForm, AppealForm
from comments.moderators import moderators_only
from comments.notice_text import sections_of
from news.paging import keyset_page
from news.requests import ReaderRequest


# Exempt from CSRF protection, which is for visitors recognised by a cookie: here the signed token
# in the address is what entitles. GET changes nothing: mail scanners open every link.
@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, token: str) -> HttpResponse:
    try:
        notice = notice_of(token)
    except LinkForged:
        return render(request, "comments/appeal_unknown.html", status=404)
    form = AppealForm(request.POST if request.method == "POST" else None)
    refusal = _appeal(notice, form)
    context = {
        "form": form,
        "refusal": refusal,
        "appeal": Appeal.objects.filter(notice=notice).first(),
        "sections": sections_of(notice.author, [notice], get_language() or ""),
    }
    status = 422 if form.errors or refusal else 200
    return render(request, "comments/appeal.html", context, status=status)


def _appeal(notice: Notice, form: AppealForm) -> str:
    """What keeps the author from appealing with this form, in words; nothing if it is done."""
    try:
        if form.is_valid():
            appeals.appeal(notice, form.cleaned_data["text"])
    except ModerationRefused as refusal:
        return str(refusal)
    return ""


@moderators_only
@require_safe
def appeal_list(request: ReaderRequest) -> HttpResponse:
    waiting = Appeal.objects.open().select_related("notice__author")
    page = keyset_page(waiting, ("pk",), request.GET)
    hearings = appeals.hearings(page.items, request.user)
    context = {"hearings": hearings, "page": page, "appeals": Appeal.objects.open().count()}
    return render(request, "comments/moderation/appeals.html", context)


@moderators_only
@require_POST
def decide(request: ReaderRequest, pk: int) -> HttpResponse:
    made = get_object_or_404(Appeal.objects.select_related("notice__author"), pk=pk)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            appeals.decide(made, request.user, **form.cleaned_data)
        except ModerationRefused as refusal:
            form.add_error(None, str(refusal))
    if form.errors:  # with what was typed, which may have been long
        context = {"hearings": appeals.hearings([made], request.user), "form": form}
        return render(request, "comments/moderation/appeals.html", context, status=422)
    messages.success(request, _("The appeal is decided. Its author gets your answer by mail."))
    return redirect("comments:appeals")
