"""What moderators know of a reader, and do about the account."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comments import queue
from comments.models import Ban, Comment, CommentReport, ModerationEvent
from comments.moderation import ModerationRefused
from comments.moderation_forms import ReaderForm
from comments.moderators import Reach, moderators_only
from news.paging import keyset_page
from news.requests import ReaderRequest


@moderators_only
@require_http_methods(["GET", "HEAD", "POST"])
def reader(request: ReaderRequest, username: str) -> HttpResponse:
    user = get_object_or_404(get_user_model(), username=username)
    form = ReaderForm(
        request.POST if request.method == "POST" else None,
        initial={"reason": CommentReport.Reason.SPAM},
    )
    if form.is_valid():
        return _act(request, user, form)
    written = queue.in_context(Comment.objects.filter(author=user.pk))
    context = {
        "reader": user,
        "form": form,
        "page": keyset_page(written, ("-pk",), request.GET),
        **_record(user, request.user),
    }
    status = 422 if form.errors else 200
    return render(request, "comments/moderation/reader.html", context, status=status)


def _act(request: ReaderRequest, user: AbstractUser, form: ReaderForm) -> HttpResponse:
    try:
        form.save(user, request.user)
        messages.success(request, _("Done. It is in the log, and can be undone there."))
    except ModerationRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect("comments:moderated_reader", user.username)


def _record(user: AbstractUser, moderator: AbstractUser) -> dict[str, object]:
    suffered = ModerationEvent.objects.filter(subject=user.pk).firsts()
    return {
        "is_in_reach": Reach(moderator).has_account(user.pk),
        "ban": Ban.objects.active().filter(user=user.pk).first(),
        "history": queue.history_of(user.pk),
        "events": suffered.in_context().order_by("-pk")[:10],
    }
