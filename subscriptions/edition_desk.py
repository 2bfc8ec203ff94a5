"""An edition's page at the desk: how far it is, and the buttons that steer it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from subscriptions.fragments import fragment
from subscriptions.models import Delivery, Edition, TransitionRefused

_LOST = (Delivery.State.FAILED, Delivery.State.UNCERTAIN)


class Act(NamedTuple):
    """What can be done with an edition; `do` returns what has become of it, in words."""

    label: Any
    warning: Any
    right: str
    do: Callable[[Edition], str]


def _transition(enter: Callable[[Edition], None]) -> Callable[[Edition], str]:
    def do(edition: Edition) -> str:
        enter(edition)
        return str(edition.get_state_display())

    return do


def _send_again(state: Delivery.State) -> Callable[[Edition], str]:
    def do(edition: Edition) -> str:
        number = edition.deliveries.filter(state=state).send_again()
        return _("To be sent again: %(number)s") % {"number": number}

    return do


ACTS = {
    "pause": Act(
        _("Pause"),
        _("Each sender stops after the message that it is sending. You can let it go on later."),
        "subscriptions.change_edition",
        _transition(Edition.pause),
    ),
    "resume": Act(
        _("Go on after a pause"),
        _("What waits will be sent. Failures until now no longer count as a reason to stop."),
        "subscriptions.change_edition",
        _transition(Edition.resume),
    ),
    "cancel": Act(
        _("Cancel for good"),
        _("Nobody who still waits for it will get it, and nothing brings it back."),
        "subscriptions.change_edition",
        _transition(Edition.cancel),
    ),
    "retry_failed": Act(
        _("Send only the failed ones again"),
        _(
            "Their mail servers refused them. Look at the reasons first: who refuses for good will"
            " refuse again, and too many refusals harm the name of the portal."
        ),
        "subscriptions.change_delivery",
        _send_again(Delivery.State.FAILED),
    ),
    "retry_uncertain": Act(
        _("Send only the uncertain ones again"),
        _(
            "They may have arrived: their sender stopped before the mail server had answered. They"
            " keep their Message-ID, yet some mail programs will show such a letter twice."
        ),
        "subscriptions.change_delivery",
        _send_again(Delivery.State.UNCERTAIN),
    ),
}
_OFFERED = {
    Edition.State.BUILDING: ["cancel"],
    Edition.State.READY: ["pause", "cancel"],
    Edition.State.SENDING: ["pause", "cancel"],
    Edition.State.PAUSED: ["resume", "cancel"],
    Edition.State.ATTENTION: ["resume", "pause", "cancel"],
    Edition.State.DONE: [],
    Edition.State.CANCELLED: [],
}


class EditionDesk(admin.ModelAdmin):
    """Progress that moves by itself, and acts that are asked about before they are done."""

    change_form_template = "admin/subscriptions/edition/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/progress/",
                fragment(self.admin_site, self.progress_view),
                name="subscriptions_edition_progress",
            ),
            path("<int:pk>/do/<slug:act>/", view(self.act_view), name="subscriptions_edition_act"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= _progress(request, kwargs["obj"])
        return super().render_change_form(request, context, *args, **kwargs)

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What htmx puts in place of the progress as it was."""
        edition = self._edition(request, pk)
        context = _progress(request, edition)
        return render(request, "admin/subscriptions/edition/_progress.html", context)

    def act_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        """Ask, and do it when the answer is yes."""
        edition = self._edition(request, pk)
        wanted = _act(request, act)
        if request.method == "POST":
            self.do(request, edition, wanted)
            return redirect("admin:subscriptions_edition_change", pk)
        context = self.admin_site.each_context(request) | _progress(request, edition)
        context |= {"opts": self.opts, "act": wanted, "title": wanted.label}
        return render(request, "admin/subscriptions/edition/act.html", context)

    def do(self, request: HttpRequest, edition: Edition, act: Act) -> None:
        """Do it, tell it, and keep in the edition's history who did it."""
        try:
            outcome = act.do(edition)
        except TransitionRefused as refusal:
            self.message_user(request, f"{edition}: {refusal}", messages.ERROR)
        else:
            self.log_change(request, edition, f"{act.label}: {outcome}")
            self.message_user(request, f"{edition}: {outcome}")

    def _edition(self, request: HttpRequest, pk: int) -> Edition:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=pk)


def _act(request: HttpRequest, name: str) -> Act:
    if name not in ACTS:
        raise Http404
    if not request.user.has_perm(ACTS[name].right):
        raise PermissionDenied
    return ACTS[name]


def _progress(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    rows = edition.deliveries.order_by().values_list("state").annotate(n=Count("pk"))
    counts: dict[str, int] = dict(rows)
    total = sum(counts.values())
    unfinished = sum(counts.get(state, 0) for state in Delivery.UNFINISHED)
    return {
        "edition": edition,
        "moves": edition.state in Edition.GOING or any(counts.get(s) for s in Delivery.IN_HANDS),
        "total": total,
        "finished": total - unfinished,
        "finished_in_words": _in_words(total - unfinished, total),
        "counts": [_count(request, edition, state, counts) for state in Delivery.State],
        "acts": [(name, ACTS[name].label) for name in _offered(request, edition, counts)],
    }


def _in_words(finished: int, total: int) -> str:
    words = ngettext(
        "%(finished)s of %(total)s letter done", "%(finished)s of %(total)s letters done", total
    )
    return words % {"finished": finished, "total": total}


def _count(
    request: HttpRequest, edition: Edition, state: Delivery.State, counts: dict[str, int]
) -> dict[str, Any]:
    """A state with its number, and where its deliveries are listed for those who may see them."""
    listed = f"?edition__id__exact={edition.pk}&state__exact={state.value}"
    sees = counts.get(state) and request.user.has_perm("subscriptions.view_delivery")
    return {
        "label": state.label,
        "number": counts.get(state, 0),
        "is_lost": state in _LOST and bool(counts.get(state)),
        "url": reverse("admin:subscriptions_delivery_changelist") + listed if sees else "",
    }


def _offered(request: HttpRequest, edition: Edition, counts: dict[str, int]) -> list[str]:
    names = list(_OFFERED[Edition.State(edition.state)])
    if edition.state != Edition.State.CANCELLED:
        names += [f"retry_{state.value}" for state in _LOST if counts.get(state)]
    return [name for name in names if request.user.has_perm(ACTS[name].right)]
