"""What moderators did, and taking it back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_list_or_404, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from comments import undoing
from comments.models import ModerationEvent
from comments.moderation import ModerationRefused, Ruling
from comments.moderation_forms import LogForm
from comments.moderators import moderators_only
from comments.views.moderation import answer
from news.paging import keyset_page
from news.requests import ReaderRequest


@moderators_only
@require_safe
def log(request: ReaderRequest) -> HttpResponse:
    form = LogForm(request.GET)
    page = keyset_page(form.events().in_context(), ("-pk",), request.GET, size=50)
    return render(request, "comments/moderation/log.html", {"form": form, "page": page})


@moderators_only
@require_POST
def undo(request: ReaderRequest, act: UUID) -> HttpResponse:
    events = get_list_or_404(ModerationEvent.objects.filter(act=act))
    pks = [event.comment_id for event in events if event.comment_id]
    try:
        count, left = undoing.undo(act, Ruling(request.user))
    except ModerationRefused as refusal:
        return answer(request, str(refusal), pks, is_refused=True)
    words = ngettext("%(n)s thing is undone.", "%(n)s things are undone.", count) % {"n": count}
    if left:
        stay = ngettext("%(n)s has changed since and stays.", "%(n)s have changed and stay.", left)
        words = f"{words} {stay % {'n': left}}"
    return answer(request, words, pks)
